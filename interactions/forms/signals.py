"""Answering a sign that a relationship is changing."""

from interactions.choices import SignState
from interactions.forms.parts import chips
from interactions.forms.records import ActionForm
from staff.forms import DayField, WordsField, shown_when


class SignalAnswerForm(ActionForm):
    """`answers` are those that can be given."""

    answer = chips(label="Your answer", stacked=True)
    words = WordsField(label="In their words, or why not", rows=3, required=False)
    ask_on = shown_when("answer=will_ask", DayField(label="On which day?", required=False, help_text="Within a week."))

    def __init__(self, *args, answers, **options):
        super().__init__(*args, **options)
        self.fields["answer"].choices = [(one.value, one.label) for one in answers]
        if SignState.WILL_ASK not in answers:
            del self.fields["ask_on"]
        self.fields["words"].needed_sometimes = True
