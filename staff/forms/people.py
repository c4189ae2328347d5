"""What is asked about people: their account, their hours, their time away."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from staff.choices import Weekday
from staff.forms.shared import MomentField, OnceForm, WordsField
from staff.models import Site, StaffMember
from staff.roles import Role
from staff.sign_in import canonical


class PersonField(forms.ModelChoiceField):
    """A colleague, by name and job."""

    def __init__(self, **options):
        options.setdefault("queryset", StaffMember.objects.none())
        options.setdefault("empty_label", "Choose a colleague" if options.get("required", True) else "Nobody")
        super().__init__(to_field_name="ref", **options)

    def label_from_instance(self, person):
        return f"{person.name}, {person.job or person.get_role_display()}"


class SiteField(forms.ModelChoiceField):
    def __init__(self, **options):
        super().__init__(queryset=Site.objects.all(), to_field_name="ref", **options)


class AccountForm(OnceForm):
    """Who somebody is at work."""

    name = forms.CharField(max_length=120)
    role = forms.ChoiceField(choices=Role.choices, widget=forms.RadioSelect)
    job = forms.CharField(max_length=80, required=False, help_text="Counselor, nurse, case manager, peer …")
    site = SiteField()
    supervisor = PersonField(
        required=False,
        label="Supervised by",
        help_text="A supervisor also sees the patients on whose care teams those they supervise are.",
    )
    pronouns = forms.CharField(max_length=40, required=False)
    email = forms.EmailField(required=False, help_text="Reminders go here. They never name a patient.")
    phone = forms.CharField(max_length=40, required=False)
    reason = WordsField(
        required=False,
        rows=2,
        label="Why as an admin",
        help_text="Only where they are to become one. A second person reads it and decides; until then they are not.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].queryset = StaffMember.objects.supervisors().by_name()
        for name, site in (("site", "site"), ("supervisor", "supervisor")):
            if isinstance(self.initial.get(name), Site | StaffMember):
                self.initial[name] = self.initial[site].ref


class NewAccountForm(AccountForm):
    username = forms.CharField(max_length=60, help_text="What they type to sign in. Capitals do not matter.")
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label="First password",
        help_text=f"At least {settings.SHORTEST_PASSWORD} characters. Tell them in person, and to change it.",
    )
    field_order = ("name", "username", "password")

    def clean_username(self):
        username = canonical(self.cleaned_data["username"])
        if StaffMember.objects.named(username).exists():
            raise ValidationError("Somebody has this username already.")
        return username

    def clean_password(self):
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]


class AccountEditForm(AccountForm):
    is_active = forms.BooleanField(
        required=False,
        label="Works here and can sign in",
        help_text="Not before their patients and open things have moved to a colleague.",
    )


class PasswordForm(OnceForm):
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label="New password",
        help_text=f"At least {settings.SHORTEST_PASSWORD} characters. It ends all their sessions; tell them in person, "
        "and to change it.",
    )

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.member)
        return self.cleaned_data["password"]


class AwayForm(OnceForm):
    began_at = MomentField(label="Away from")
    ended_at = MomentField(label="Back at")
    cover = PersonField(
        required=False,
        label="Who covers",
        help_text="They see and do what this person would. Without a cover their patients have nobody: this is shown.",
    )

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cover"].queryset = StaffMember.objects.covers().others_than(member).by_name()


class WeekForm(OnceForm):
    """Hours of each weekday, as `hours`: a list of (weekday, from, until)."""

    stretches = 1
    overnight = False

    def __init__(self, *args, hours=(), **kwargs):
        super().__init__(*args, **kwargs)
        known = {}
        for weekday, begins, ends in hours:
            known.setdefault(weekday, []).append((begins, ends))
        for weekday, day in Weekday.choices:
            for n in range(self.stretches):
                now = (known.get(weekday, []) + [(None, None)] * self.stretches)[n]
                for end, word, value in (("from", "from", now[0]), ("until", "until", now[1])):
                    again = "" if n == 0 else ", second time,"
                    self.fields[f"{end}_{weekday}_{n}"] = forms.TimeField(
                        required=False,
                        initial=value,
                        label=f"{day}{again} {word}",
                        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
                    )

    def rows(self):
        """The week for the page: (day, [(field from, field until)])."""
        for weekday, day in Weekday.choices:
            yield day, [(self[f"from_{weekday}_{n}"], self[f"until_{weekday}_{n}"]) for n in range(self.stretches)]

    def clean(self):
        hours = []
        for weekday, day in Weekday.choices:
            for n in range(self.stretches):
                names = (f"from_{weekday}_{n}", f"until_{weekday}_{n}")
                if any(name in self.errors for name in names):
                    continue
                begins, ends = (self.cleaned_data[name] for name in names)
                if (begins is None) != (ends is None):
                    self.add_error(names[ends is None], f"{day}: give both times, or neither.")
                elif begins is not None and (begins == ends or (not self.overnight and ends < begins)):
                    self.add_error(names[1], f"{day}: it ends after it begins.")
                elif begins is not None:
                    hours.append((weekday, begins, ends))
        self.cleaned_data["hours"] = hours
        return self.cleaned_data


class WorkingWeekForm(WeekForm):
    """A night shift ends on the next day; a divided day has two shifts."""

    stretches = 2
    overnight = True
