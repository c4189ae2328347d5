"""Who somebody is, how to reach them safely, and how they come into care."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from patients.choices import CameBy, ContactAfter, ReachWay, RequiredBy
from patients.models.person import check_name
from staff.conflicts import shown
from staff.forms import DayField, MomentField, OnceForm, RecordField, TypedForm, WordsField

FOLD = "components/fold.html"


def name_field(label, *, help_text="", required=False, max_length=120):
    return WordsField(
        label=label, help_text=help_text, required=required, max_length=max_length, validators=[check_name]
    )


def layout(*parts):
    """A crispy helper that leaves the form tag and its token to the page."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout("form_token", *parts)
    return helper


class PersonForm(OnceForm):
    """Who somebody is. `today` is the day at the site."""

    given_name = name_field("Given name", required=True)
    family_name = name_field("Family name")
    preferred_name = name_field("What they like to be called", help_text="When it is not their given name.")
    pronouns = name_field("Pronouns", max_length=40)
    born_on = DayField(label="Date of birth", required=False)
    decides = WordsField(
        label="Who decides",
        required=False,
        max_length=200,
        help_text="For somebody under 18: who decides about treatment, as they and the law see it.",
    )
    language = WordsField(label="Language, if other than English", required=False, max_length=60)
    interpreter = forms.BooleanField(label="Needs an interpreter", required=False)

    PERSON = (
        "given_name",
        "family_name",
        "preferred_name",
        "pronouns",
        "born_on",
        "decides",
        "language",
        "interpreter",
    )

    def __init__(self, *args, today=None, **options):
        self.today = today
        super().__init__(*args, **options)

    def clean_born_on(self):
        born_on = self.cleaned_data["born_on"]
        if born_on and born_on > self.today:
            raise ValidationError("This day is still to come.")
        return born_on

    def clean(self):
        cleaned = super().clean()
        born_on = cleaned.get("born_on")
        if born_on and not cleaned.get("decides", "").strip() and under_18(born_on, self.today):
            self.add_error("decides", ValidationError("They are under 18: write down who decides."))
        return cleaned

    def person(self):
        return {name: self.cleaned_data[name] for name in self.PERSON}


def under_18(born_on, today):
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day)) < 18


class StayFields(TypedForm):
    """Into which program, with whom, and how they came."""

    program = RecordField(label="Program")
    room = WordsField(label="Room", required=False, max_length=20)
    primary = RecordField(label="Primary", help_text="Who looks after the relationship from the first day.")
    admitted_at = MomentField(label="Since when")
    came_by = forms.ChoiceField(
        label="How they came", choices=CameBy.choices, initial=CameBy.OWN_WISH, widget=forms.RadioSelect
    )
    required_by = forms.ChoiceField(
        label="Who required it", choices=RequiredBy.choices, required=False, widget=forms.RadioSelect
    )
    required_words = WordsField(
        label="What must be reported, and what never is",
        required=False,
        max_length=300,
        help_text="Say it to them in the first conversation.",
    )
    opioid_involved = forms.BooleanField(label="Opioids were involved", required=False)
    planned_discharge_on = DayField(label="Planned to leave on", required=False)

    STAY = (
        "program",
        "room",
        "primary",
        "admitted_at",
        "came_by",
        "required_by",
        "required_words",
        "opioid_involved",
        "planned_discharge_on",
    )
    STAY_PARTS = (
        Div("program", "room", css_class="field-row"),
        "primary",
        "admitted_at",
        "came_by",
        Div("required_by", "required_words", data_show_when="came_by=required"),
        "opioid_involved",
        "planned_discharge_on",
    )

    def __init__(self, *args, programs=(), people=(), **options):
        super().__init__(*args, **options)
        self.fields["program"] = RecordField(programs, label="Program", label_of=program_name)
        self.fields["primary"] = RecordField(
            people,
            label="Primary",
            label_of=person_name,
            help_text="Who looks after the relationship from the first day.",
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("came_by") == CameBy.REQUIRED and not cleaned.get("required_by"):
            self.add_error("required_by", ValidationError("Choose who required it."))
        elif cleaned.get("came_by") and cleaned["came_by"] != CameBy.REQUIRED:
            cleaned["required_by"] = cleaned["required_words"] = ""
        return cleaned

    def stay(self):
        return {name: self.cleaned_data[name] for name in self.STAY}


def program_name(program):
    return f"{program.name}, {program.site.name}"


def person_name(staff):
    return f"{staff.name}, {staff.job}" if staff.job else staff.name


class AdmitForm(StayFields, PersonForm):
    """A new person, their stay, and how to reach them safely as far as they were asked."""

    phone = WordsField(label="Phone", required=False, max_length=60)
    none_of_these = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.helper = layout(
            "none_of_these",
            Fieldset(
                "Who they are",
                Div("given_name", "family_name", css_class="field-row"),
                Div("preferred_name", "pronouns", css_class="field-row"),
                "born_on",
                "decides",
                Fieldset("Language and phone", "language", "interpreter", "phone", template=FOLD),
            ),
            Fieldset("Their stay", *self.STAY_PARTS),
        )

    def person(self):
        return {**super().person(), "phone": self.cleaned_data["phone"]}


class AboutForm(PersonForm):
    """Changes to who somebody is. `version` is the one that was on screen."""

    phone = WordsField(label="Phone", required=False, max_length=60)
    email = forms.EmailField(label="E-mail", required=False)
    address = WordsField(label="Address", required=False, max_length=200)
    wants_milestones = forms.BooleanField(label="Milestones are welcome", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    PERSON = (*PersonForm.PERSON, "phone", "email", "address", "wants_milestones")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.helper = layout(
            "version",
            Div("given_name", "family_name", css_class="field-row"),
            Div("preferred_name", "pronouns", css_class="field-row"),
            "born_on",
            "decides",
            "language",
            "interpreter",
            "phone",
            "email",
            "address",
            "wants_milestones",
        )

    def answers(self):
        return {**self.person(), "version": self.cleaned_data["version"]}

    def look(self, patient):
        """Shows what stands there now where that is newer than what the page showed, or where it was shown before, and
        makes the next try count against it.
        """
        if self.data.get("version") != str(patient.version) or "form_met" in self.data:
            self.data = self.data.copy()
            self.data["version"] = patient.version
            self.meets(patient)

    def stands(self, patient):
        return [
            (self.fields[name].label, shown(getattr(patient, name)))
            for name in self.PERSON
            if getattr(patient, name) != self.typed(name)
        ]


class SafeContactForm(OnceForm):
    """How to reach somebody without harm, in their words, today."""

    ways = forms.MultipleChoiceField(
        label="Ways that are fine", choices=ReachWay.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    never = WordsField(
        label="Never to be used", required=False, max_length=200, help_text="A number, an address, a person, a time."
    )
    times = WordsField(label="Good times", required=False, max_length=200)
    may_leave_message = forms.BooleanField(label="A message may be left", required=False)
    message_words = WordsField(
        label="With these words",
        required=False,
        max_length=200,
        help_text="Such as: “This is Sam, please call me back.” Name no center.",
    )
    name_to_use = WordsField(label="Name to ask for", required=False, max_length=120)
    who_may_answer = WordsField(label="Who may answer", required=False, max_length=200)
    after_leaving = forms.ChoiceField(
        label="May we be in touch after they leave?",
        choices=ContactAfter.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    helper = layout(
        "ways",
        "never",
        "times",
        "may_leave_message",
        "message_words",
        "name_to_use",
        "who_may_answer",
        "after_leaving",
    )

    def clean(self):
        cleaned = super().clean()
        said = [value for name, value in cleaned.items() if name != "form_token" and value]
        if not said and not self.errors:
            raise ValidationError("Write down at least one thing they said.")
        return cleaned

    def answers(self):
        said = {name: value for name, value in self.cleaned_data.items() if name != "form_token"}
        return said | {"ways": ", ".join(ReachWay(way).label for way in said["ways"])}
