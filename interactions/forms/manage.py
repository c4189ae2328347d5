"""What is asked by those who move work and set standards."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from staff.forms import OnceForm, WordsField
from staff.forms.people import PersonField
from staff.models import StaffMember, Standard

MOST = 9999  # days, or patients


class MoveForm(OnceForm):
    """To whom everything goes, and of which patients."""

    to = PersonField(label="To whom", widget=forms.HiddenInput)
    patients = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Whose")
    reason = WordsField(required=False, rows=2, label="Why you", help_text="A second person reads it and decides.")

    def __init__(self, *args, held, leaving, **kwargs):
        super().__init__(*args, **kwargs)
        self.held = {str(each.patient.ref): each.patient for each in held}
        self.fields["to"].queryset = StaffMember.objects.caring().others_than(leaving)
        self.fields["patients"].choices = [(ref, patient.record_number) for ref, patient in self.held.items()]

    def clean_patients(self):
        return [self.held[ref] for ref in self.cleaned_data["patients"]]


class RulesForm(OnceForm):
    rules = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}), label="Rules that are on"
    )

    def __init__(self, *args, rules, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rules"].choices = rules


class StandardForm(OnceForm):
    """Every field of a phase. Targets are written 4h, 12ah, 3d, 2wd or day, and shown in words."""

    def __init__(self, *args, standard, **kwargs):
        super().__init__(*args, **kwargs)
        self.standard = standard
        for field in Standard._meta.get_fields():
            if field.name in ("id", "program") or (field.name == "from_day" and standard.from_day == 0 and standard.pk):
                continue
            options = {"max_value": MOST} if isinstance(field, models.IntegerField) else {}
            shown = field.formfield(label=LABELS[field.name], help_text=HELP.get(field.name, ""), **options)
            shown.initial = getattr(standard, field.name)
            self.fields[field.name] = shown

    @property
    def numbers(self):
        """The names of what it asks for."""
        return [name for name in self.fields if name != "form_token"]

    def groups(self):
        """The fields for the page: (heading, rows of fields)."""
        for heading, rows in GROUPS:
            shown = [[self[name] for name in names] for names in rows if names[0] in self.fields]
            if shown:
                yield heading, shown

    def clean(self):
        for ideal, longest in (("team_ideal_days", "team_max_days"), ("primary_ideal_days", "primary_max_days")):
            first, last = self.cleaned_data.get(ideal), self.cleaned_data.get(longest)
            if first is not None and last is not None and last < first:
                self.add_error(longest, ValidationError("The longest gap cannot be shorter than the ideal one."))
        return self.cleaned_data


LABELS = {
    "from_day": "From day of care",
    "team_ideal_days": "Somebody of the team talks with them, ideally every … days",
    "team_max_days": "At least every … days",
    "primary_ideal_days": "Their primary talks with them, ideally every … days",
    "primary_max_days": "At least every … days",
    "meeting_first_days": "First meeting about the treatment within … days",
    "meeting_every_days": "Then every … days",
    "meeting_grace_days": "Overdue after … further days",
    "feedback_first_days": "First asked what they think of their care after … days",
    "feedback_every_days": "Then every … days (empty: once)",
    "safety_plan_within": "A safety plan is made within (empty: no time is set)",
    "safety_plan_every_days": "Looked at again every … days (empty: not again)",
    "safety_plan_before_leaving": "And before they leave, when the day is planned",
    "ack_today": "“Today”: taken on within",
    "answer_today": "“Today”: answered within",
    "ack_soon": "“By tomorrow”: taken on within",
    "answer_soon": "“By tomorrow”: answered within",
    "ack_routine": "“In a few days”: taken on within",
    "answer_routine": "“In a few days”: answered within",
    "tell_within": "An answer is told within",
    "tell_at_next_session": "At the next session, if that is earlier",
    "welcome_within": "The welcome is explained within",
    "introduce_primary": "The primary is introduced within",
    "introduce_other": "Others on the care team are introduced within",
    "outreach_opioid_days": "In touch on days …, where opioids were involved",
    "outreach_days": "In touch on days …, else",
    "outreach_letter_days": "In touch on days …, by letter only",
    "caseload_usual": "Patients of one primary, usually",
    "caseload_max": "More than this is too many",
    "signs_of": "Look at the last …",
    "quiet_signs": "Quiet or guarded in … of them",
    "quiet_after": "Once there were … conversations",
    "quiet_from_day": "Not in the first … days",
    "came_once": "They started … of 6 conversations",
    "came_since": "And none of the last …",
    "restless_signs": "Restless or guarded in … of them",
    "steps_signs": "“Not yet” on the same step … times",
    "missed_signs": "Missed … meetings or planned talks",
    "feedback_low": "What they say of their care: this number or lower",
    "feedback_drop": "Or lower than last time by",
    "waiting_concerns": "Concerns past their target: …",
    "one_person_percent": "With one person more than … %",
    "one_person_after": "Of at least … conversations",
    "one_person_days": "In … days",
}
HELP = {
    "from_day": "0 is the admission. The phase on which a clock starts holds for that clock.",
    "signs_of": "Conversations, times asked, meetings. Where fewer are needed to be a sign, 0 switches that sign off.",
}
# Headings, each with its fields; those in one tuple stand beside each other.
GROUPS = (
    ("When", [("from_day",)]),
    ("Contact", [("team_ideal_days", "team_max_days"), ("primary_ideal_days", "primary_max_days")]),
    ("Meetings about the treatment", [("meeting_first_days", "meeting_every_days", "meeting_grace_days")]),
    ("What they think of their care", [("feedback_first_days", "feedback_every_days")]),
    ("Safety plan", [("safety_plan_within", "safety_plan_every_days"), ("safety_plan_before_leaving",)]),
    ("Concerns", [("ack_today", "answer_today"), ("ack_soon", "answer_soon"), ("ack_routine", "answer_routine")]),
    ("Telling the answer", [("tell_within",), ("tell_at_next_session",)]),
    ("Introductions", [("introduce_primary", "introduce_other"), ("welcome_within",)]),
    (
        "Staying close after they leave, and after other losses of tolerance",
        [("outreach_opioid_days",), ("outreach_days",), ("outreach_letter_days",)],
    ),
    ("Caseload", [("caseload_usual", "caseload_max")]),
    (
        "Signs that a relationship is changing",
        [
            ("signs_of",),
            ("quiet_signs", "quiet_after", "quiet_from_day"),
            ("came_once", "came_since"),
            ("restless_signs", "steps_signs", "missed_signs"),
            ("feedback_low", "feedback_drop"),
            ("waiting_concerns",),
            ("one_person_percent", "one_person_after", "one_person_days"),
        ],
    ),
)
