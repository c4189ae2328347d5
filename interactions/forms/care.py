"""The small forms about stays and care teams. `answers()` are the keyword arguments of the service."""

from datetime import timedelta

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core.exceptions import ValidationError

from interactions.forms.parts import MeanwhileMixin, chips, optional_chips
from interactions.services.leaving import moment_on
from patients.choices import CareRole, ContactAfter, DischargeReason, Naloxone, PauseKind
from patients.forms.people import FOLD, StayFields, layout, person_name, program_name
from staff.forms import DayField, OnceForm, RecordField, WordsField

DOOR_LETTER = "One letter is still written: our door stays open"
NO_DEATH = [choice for choice in DischargeReason.choices if choice[0] != DischargeReason.DIED]
ON_TEAM = [choice for choice in CareRole.choices if choice[0] not in (CareRole.PRIMARY, CareRole.OUTREACH)]


class CareForm(MeanwhileMixin, OnceForm):
    """A form about a patient. `people` may care for them, `programs` are open, `team` are their members now."""

    def __init__(self, data=None, *, patient, now, people=(), programs=(), team=(), **options):
        self.patient, self.now = patient, now
        self.people, self.programs, self.team = people, programs, team
        self.site = patient.latest_episode.program.site
        super().__init__(data, **options)

    @property
    def today(self):
        return self.site.local_date(self.now)

    def answers(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "form_token"}

    def stands(self, row):
        """The care team where the form changes that; else how the stay ended, and what was done."""
        return OnceForm.stands(self, row) or [*how_it_ended(row), *super().stands(row)]


def how_it_ended(stay):
    if stay.is_open:
        return []
    said = (
        ("How the stay ended", f"{stay.get_discharge_reason_display()}, {stay.discharged_by}"),
        ("Why, where to, and which supervisor agreed", stay.discharge_note),
        ("In their own words", stay.discharge_words),
    )
    return [(label, words) for label, words in said if words]


class TransferForm(CareForm):
    program = RecordField(label="To which program")
    room = WordsField(label="Room", required=False, max_length=20)
    primary = RecordField(label="Primary there", required=False)
    note = WordsField(label="Why, in a line", required=False, max_length=300)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        here = self.patient.latest_episode.program
        self.fields["program"] = RecordField(
            [program for program in self.programs if program != here],
            label="To which program",
            label_of=program_name,
            empty="Choose",
        )
        self.fields["primary"] = RecordField(
            self.people,
            label="Primary there",
            label_of=person_name,
            empty="Stays as it is",
            required=False,
            help_text="A new primary takes over what the present one still owes.",
        )


class PauseForm(CareForm):
    kind = chips(label="Where are they?", choices=PauseKind.choices)
    back_on = DayField(label="Expected back on", help_text="Within 14 days; then it is asked again.")

    def clean_back_on(self):
        back_on = self.cleaned_data["back_on"]
        if not self.today <= back_on <= self.today + timedelta(days=14):
            raise ValidationError("Expect them back within 14 days; then it is asked again.")
        return back_on


class BackForm(CareForm):
    """Nothing but the button."""


class DischargeForm(CareForm):
    discharged_on = DayField(label="On which day")
    reason = chips(label="What happened?", choices=NO_DEATH, stacked=True)
    note = WordsField(
        label="Why, where to, and which supervisor agreed",
        required=False,
        rows=2,
        help_text="Asked when we ended the stay.",
    )
    contact_after = chips(label="May we be in touch afterwards?", choices=ContactAfter.choices)
    door_letter = forms.BooleanField(label=DOOR_LETTER, required=False)
    words = WordsField(
        label="In their own words", theirs=True, required=False, rows=2, help_text="What they said on leaving."
    )
    naloxone = optional_chips(Naloxone.choices, label="Naloxone")
    medication = WordsField(label="Medication when leaving", required=False, max_length=200)
    next_place = WordsField(label="Where they go next", required=False, max_length=200)
    outreach_owner = RecordField(label="Who stays in touch", required=False)

    helper = layout(
        "discharged_on",
        "reason",
        Div("note", data_show_when="reason=ended_by_us"),
        "contact_after",
        Div("door_letter", data_show_when="contact_after=no"),
        Fieldset("More about it", "words", "naloxone", "medication", "next_place", "outreach_owner", template=FOLD),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["outreach_owner"] = RecordField(
            self.people,
            label="Who stays in touch",
            label_of=person_name,
            empty="Nobody yet: the supervisor",
            required=False,
            help_text="They keep what we still owe. Everybody else’s part ends.",
        )

    def answers(self):
        said = super().answers()
        day = said.pop("discharged_on")
        return said | {"discharged_at": moment_on(day, self.site, now=self.now)}


class ReopenForm(CareForm):
    because = WordsField(label="Why was the discharge a mistake?", rows=2)


class DiedForm(CareForm):
    died_on = DayField(label="On which day")
    words = WordsField(label="What we know, in a line", required=False, rows=2)
    owed_to_family = WordsField(
        label="What we owe the family",
        required=False,
        max_length=500,
        help_text="It becomes a follow-up of the supervisor.",
    )


class WelcomeBackForm(StayFields, CareForm):
    helper = layout(*StayFields.STAY_PARTS)

    def answers(self):
        return self.stay()


class AssignForm(CareForm):
    staff = RecordField(label="Who")
    role = chips(label="As", choices=ON_TEAM)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        members = {member.staff_id for member in self.team}
        self.fields["staff"] = RecordField(
            [person for person in self.people if person.pk not in members],
            label="Who",
            label_of=person_name,
            empty="Choose",
        )


class PrimaryForm(CareForm):
    staff = RecordField(label="New primary")
    stays_as = optional_chips(ON_TEAM, label="The one before stays as")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        primaries = {member.staff_id for member in self.team if member.role == CareRole.PRIMARY}
        self.fields["staff"] = RecordField(
            [person for person in self.people if person.pk not in primaries],
            label="New primary",
            label_of=person_name,
            empty="Choose",
            help_text="They take over what the one before still owes.",
        )


class EndForm(CareForm):
    successor = RecordField(label="Who takes over what they still owe", required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["successor"] = RecordField(
            [member.staff for member in self.team],
            label="Who takes over what they still owe",
            empty="The primary",
            required=False,
        )


class HandoverForm(CareForm):
    """Who is asked to take over, and why."""

    to = RecordField(label="Who takes over?")
    stays_as = optional_chips(ON_TEAM, label="The present primary stays on the team as")
    because = WordsField(label="Why", required=False, max_length=300, help_text="They read it, so say it kindly.")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["to"] = RecordField(self.people, label="Who takes over?", label_of=person_name, empty="Choose")
