"""What is asked about boundaries."""

from staff.forms.shared import OnceForm, WordsField


class PolicyForm(OnceForm):
    text = WordsField(
        label="The policy",
        rows=14,
        help_text="In plain words: gifts, contact outside hours, social media, meeting by chance, whom to ask.",
    )
