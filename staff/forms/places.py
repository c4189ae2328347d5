"""What is asked about sites and programs."""

from django import forms

from staff.choices import Presence, ProgramKind
from staff.forms.people import PersonField, SiteField, WeekForm
from staff.forms.shared import DayField, MomentField, OnceForm, WordsField
from staff.models import StaffMember
from staff.models.places import check_time_zone


class SiteForm(OnceForm):
    name = forms.CharField(max_length=80)
    phone = forms.CharField(max_length=40, required=False)
    crisis_line = forms.CharField(
        max_length=200,
        required=False,
        help_text="The site’s own number, in words. The national numbers are always shown beside it.",
    )


class NewSiteForm(SiteForm):
    time_zone = forms.CharField(
        max_length=60,
        validators=[check_time_zone],
        help_text="Such as America/New_York. All times of the site are read in it; it cannot be changed later.",
    )


class ContactHoursForm(WeekForm):
    """When the site can be reached."""


class HolidayForm(OnceForm):
    closed_on = DayField(label="Day")
    name = forms.CharField(max_length=80, label="What is it")


class DutyForm(OnceForm):
    member = PersonField(label="Who")
    phone = forms.CharField(max_length=40, required=False, help_text="If other than the number on their account.")
    began_at = MomentField(label="From")
    ended_at = MomentField(label="Until")
    rank = forms.IntegerField(
        min_value=1, max_value=9, initial=1, label="Asked", help_text="1 is asked first, 2 if nobody took it over."
    )
    weeks = forms.IntegerField(
        min_value=0,
        max_value=52,
        initial=0,
        label="And again at the same hours in the following … weeks",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = StaffMember.objects.covers().by_name()

    def clean(self):
        member = self.cleaned_data.get("member")
        if member and not self.cleaned_data.get("phone"):
            self.cleaned_data["phone"] = member.phone
            if not member.phone:
                self.add_error("phone", "Give the number at which they answer.")
        return self.cleaned_data


class ProgramForm(OnceForm):
    name = forms.CharField(max_length=80)
    lead = PersonField(help_text="The supervisor to whom this program’s concerns go.")
    deputy = PersonField(
        required=False, help_text="The supervisor who stands in for the lead, also when a concern is about them."
    )
    presence = forms.ChoiceField(
        choices=Presence.choices, widget=forms.RadioSelect, label="How patients are present", required=False
    )
    safety_steps = WordsField(
        rows=4,
        required=False,
        label="What to do first when somebody may not be safe",
        help_text="One step a line; shown beside “Right now”.",
    )
    calm_card = WordsField(
        rows=3,
        required=False,
        label="In a hard hour",
        help_text="Shown after somebody seemed restless, angry or guarded, where nothing is known that helped them.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("lead", "deputy"):
            self.fields[name].queryset = StaffMember.objects.supervisors().by_name()
            if isinstance(self.initial.get(name), StaffMember):
                self.initial[name] = self.initial[name].ref


class NewProgramForm(ProgramForm):
    site = SiteField()
    kind = forms.ChoiceField(
        choices=ProgramKind.choices,
        widget=forms.RadioSelect,
        help_text="It begins with the standards that are usual for this kind; each can be changed.",
    )
    field_order = ("site", "name", "kind")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["presence"].help_text = "Left out: as is usual for this kind."


class FloorForm(OnceForm):
    member = PersonField(label="Who")

    def __init__(self, *args, program, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = StaffMember.objects.covers().at(program.site).by_name()
