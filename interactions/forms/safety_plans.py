"""Forms about the safety plan. Its words are the patient’s own, so nothing in them is corrected."""

from django import forms

from interactions.forms.parts import PersonField
from interactions.forms.records import ActionForm
from staff.forms import DayField, OnceForm, WordsField

SECTION = 600  # letters: all sections together stay on one printed page


def section(label, help_text, **options):
    return WordsField(label=label, help_text=help_text, theirs=True, rows=3, max_length=SECTION, **options)


class SafetyPlanForm(OnceForm):
    signs = section("How I notice early that it is getting hard", "A thought, a feeling, a place, a time of day.")
    alone = section("What I can do by myself", "Small things that have helped before.", required=False)
    company = section("People and places that take my mind off it", "Nobody has to know why.", required=False)
    ask = section("People I can ask for help", "A name and a number, one a line.", required=False)
    safer = section(
        "Making the place around me safer",
        "What to put out of reach, or ask somebody to keep. Where it fits: where the naloxone is, and who knows how to "
        "use it.",
        required=False,
    )
    living_for = section("What matters to me", "Whom or what I want to be there for.", required=False)
    together = forms.BooleanField(
        label="Made together with them",
        required=False,
        help_text="Without this it waits until somebody goes through it with them.",
    )
    made_by = PersonField(label="Who sat with them", required=False, empty="I did")
    made_on = DayField(label="On which day")

    def __init__(self, *args, people=(), **options):
        super().__init__(*args, **options)
        self.fields["made_by"] = PersonField(people, label="Who sat with them", required=False, empty="I did")


class PlanMarkForm(ActionForm):
    marked_on = DayField(label="On which day")
