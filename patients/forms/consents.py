"""A signed consent, its end, and what was given to somebody outside."""

import re
from datetime import date

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core.exceptions import ValidationError

from patients.consent_choices import (
    Basis,
    ConsentKind,
    CourtOrder,
    Ended,
    GivenHow,
    Information,
    MinorRule,
    Purpose,
    RecipientKind,
    SignedAs,
    Told,
)
from patients.disclosing import SUBPOENA, day_words
from patients.forms.people import layout, person_name
from staff.forms import DayField, MomentField, OnceForm, RecordField, WordsField, in_our_time, shown_when

ONE_KIND = "kind=specific,notes,proceedings"
OWN_PURPOSE = "kind=specific,notes"
EXCEPTIONS = f"basis={','.join(value for value in Basis.values if value != Basis.CONSENT)}"
ONLY_A_SUBPOENA = "subpoena"
ONE_RECIPIENT = [(value, label) for value, label in RecipientKind.choices if value != RecipientKind.TPO]
ONE_PURPOSE = [(value, label) for value, label in Purpose.choices if value != Purpose.TPO]
MOST_DAYS = 400


def stacked(choices, **options):
    """One long answer a line, of which one is chosen."""
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect(attrs={"class": "stacked"}), **options)


class ClassesField(forms.MultipleChoiceField):
    """Kinds of information, as chips."""

    def __init__(self, *, leave_out=(), **options):
        choices = [(value, label) for value, label in Information.choices if value not in leave_out]
        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple, **options)


class DaysField(WordsField):
    """Days with blanks, commas or lines between them; gives a list of dates."""

    def __init__(self, **options):
        super().__init__(rows=3, required=False, help_text="Such as 2026-06-03, 2026-06-05.", **options)

    def clean(self, value):
        found = []
        for word in re.split(r"[\s,;]+", super().clean(value).strip()):
            if not word:
                continue
            try:
                found.append(in_our_time(date.fromisoformat(word)))
            except ValueError:
                raise ValidationError("Write days like 2026-06-03, and nothing else.") from None
        if len(found) > MOST_DAYS:
            raise ValidationError(f"Give {MOST_DAYS} days at most.")
        return found


class ConsentForm(OnceForm):
    """The elements of 42 CFR 2.31(a), as they stand on the signed paper."""

    hinted = False  # the words of a paper, or of a request

    kind = stacked(ConsentKind.choices, label="What kind of consent it is", initial=ConsentKind.SPECIFIC)
    discloser = WordsField(label="Who may give the information", max_length=300)
    recipient_kind = shown_when(
        ONE_KIND, forms.ChoiceField(label="Who receives it", choices=[("", "—"), *ONE_RECIPIENT], required=False)
    )
    recipient = WordsField(
        label="Recipients, one a line",
        rows=2,
        required=False,
        max_length=1000,
        help_text="By name, or by class, such as “my health plan”. For all future treatment, payment and operations "
        "leave this empty: the words of the rule are filled in.",
    )
    recipient.needed_sometimes = True
    by_class = forms.BooleanField(
        label="These words name a class: anybody of this kind is covered",
        required=False,
        help_text="Else only who stands here by name is covered.",
    )
    information = ClassesField(label="What may be given", leave_out=(Information.INCIDENT,), required=False)
    information.needed_sometimes = True
    information_words = WordsField(label="The information, in the words of the paper", rows=2)
    purpose = shown_when(
        OWN_PURPOSE, forms.ChoiceField(label="What for", choices=[("", "—"), *ONE_PURPOSE], required=False)
    )
    purpose_words = WordsField(label="The purpose, in the words of the paper", max_length=500)
    expires_on = DayField(label="Its last day", required=False)
    expires_event = WordsField(
        label="Or the event that ends it",
        required=False,
        max_length=300,
        help_text="Such as “end of treatment”. For all future treatment, payment and operations “none” is allowed too.",
    )
    revoking_words = WordsField(
        label="Their right to take it back, and how",
        max_length=500,
        initial="At any time, in writing or by telling any of us. What has gone by then cannot be called back.",
    )
    redisclosure_told = forms.BooleanField(
        label="The statement on redisclosure was shown: whoever receives it may be allowed to pass it on, and it may "
        "then no longer be protected"
    )
    refusal_told = forms.BooleanField(label="What refusing to sign would mean was explained")
    signed_name = WordsField(label="Who signed", max_length=200)
    signed_as = stacked(SignedAs.choices, label="As", initial=SignedAs.PATIENT)
    signed_on = DayField(label="Day of the signature")
    minor_rule = stacked(MinorRule.choices, label="Under 18: whose consent does your state ask for?", required=False)
    parent_name = WordsField(
        label="Parent or guardian who signed as well", required=False, max_length=200, help_text="[check with counsel]"
    )
    paper = WordsField(
        label="Where the signed paper is",
        max_length=300,
        help_text="A folder, a cabinet, a page of the chart. This version keeps no scans.",
    )

    def __init__(self, *args, held=(), is_minor=False, **options):
        super().__init__(*args, **options)
        self.fields["replaces"] = RecordField(
            held, label="It takes the place of", label_of=consent_name, empty="No earlier one", required=False
        )
        young = ("minor_rule", "parent_name")
        folded = () if is_minor else (Fieldset("Signed before they were 18", *young, template="components/fold.html"),)
        self.helper = layout(
            Fieldset("What it allows", "kind", "discloser", "recipient_kind", "recipient", "by_class"),
            Fieldset("What, and what for", "information", "information_words", "purpose", "purpose_words"),
            Fieldset("How long", Div("expires_on", "expires_event", css_class="field-row"), "replaces"),
            Fieldset("What they were told", "revoking_words", "redisclosure_told", "refusal_told"),
            Fieldset("The signature", "signed_name", "signed_as", "signed_on", *(young if is_minor else ()), "paper"),
            *folded,
        )

    def clean(self):
        cleaned = super().clean()
        dates = "expires_on" not in self.errors
        if dates and not cleaned.get("expires_on") and not cleaned.get("expires_event", "").strip():
            self.add_error("expires_on", ValidationError("Give its last day, or the event that ends it."))
        if cleaned.get("expires_on") and cleaned.get("signed_on") and cleaned["expires_on"] < cleaned["signed_on"]:
            self.add_error("expires_on", ValidationError("This is before the day of the signature."))
        return cleaned


def consent_name(consent):
    """ "County Probation, for: A report to whoever required treatment (signed Jun 3, 2026)"."""
    to = " · ".join(consent.recipients)
    return f"{to[:80]}, for: {consent.get_purpose_display()} (signed {day_words(consent.signed_on)})"


class EndConsentForm(OnceForm):
    """How a consent ended before its day."""

    how = stacked(
        [(value, label) for value, label in Ended.choices if value != Ended.REPLACED],
        label="What happened",
        initial=Ended.REVOKED,
    )
    told = shown_when(
        "how=revoked",
        forms.ChoiceField(label="How they said so", choices=Told.choices, widget=forms.RadioSelect, required=False),
    )
    words = WordsField(label="In their words, or what happened", theirs=True, rows=2, required=False)
    already_gone = shown_when(
        "how=revoked",
        WordsField(label="What had gone already", rows=3, required=False, help_text="“Nothing” is an answer."),
    )
    ended_at = MomentField(label="When")

    helper = layout("how", "told", "words", "already_gone", "ended_at")


class DisclosureForm(OnceForm):
    """What is given to somebody outside, and what that rests on."""

    hinted = False  # the words of a paper, or of a request

    basis = stacked(Basis.choices, label="What it rests on", initial=Basis.CONSENT)
    purpose = shown_when(
        "basis=consent", forms.ChoiceField(label="What for", choices=[("", "—"), *ONE_PURPOSE], required=False)
    )
    basis_words = shown_when(
        EXCEPTIONS,
        WordsField(
            label="What exactly it rests on",
            rows=3,
            required=False,
            help_text="Emergency: what happened. Research: the protocol and who approved it. Audit: under which "
            "authority. Service organization: the agreement and its day. Crime: what happened here. Report: the law "
            "that requires it. Court: which court, number, day and judge.",
        ),
    )
    court_order = shown_when(
        "basis=court_order",
        stacked(
            [*CourtOrder.choices, (ONLY_A_SUBPOENA, "Only a subpoena")],
            label="Which order it is",
            required=False,
            help_text=SUBPOENA,
        ),
    )
    recipient_kind = forms.ChoiceField(label="Who receives it", choices=[("", "—"), *ONE_RECIPIENT])
    recipient = WordsField(label="Their name, as it stands in the consent or the order", max_length=300)
    affiliation = shown_when(
        "basis=emergency", WordsField(label="Their hospital or service", required=False, max_length=200)
    )
    purpose_words = WordsField(label="What they need it for", max_length=500)
    information = ClassesField(label="What is given", required=False)
    information.needed_sometimes = True
    given = WordsField(
        label="What exactly",
        rows=3,
        required=False,
        help_text="Such as “discharge summary of June 3, two pages”. For attendance and dates only leave this empty "
        "and give the days.",
    )
    given.needed_sometimes = True
    came_on = shown_when("information=attendance", DaysField(label="Days they came"))
    missed_on = shown_when("information=attendance", DaysField(label="Days they were expected and did not come"))
    how = forms.ChoiceField(label="How it goes", choices=GivenHow.choices, widget=forms.RadioSelect)
    given_at = MomentField(label="When")

    def __init__(self, *args, consents=(), people=(), now=None, **options):
        super().__init__(*args, **options)

        def label(consent):
            return consent_name(consent) + ("" if consent.holds(now) else ", no longer holds")

        self.fields["consent"] = shown_when(
            "basis=consent",
            RecordField(consents, label="The consent", label_of=label, empty="Choose one", required=False),
        )
        self.fields["given_by"] = RecordField(people, label="Who gives it", label_of=person_name)
        self.helper = layout(
            Fieldset("What it rests on", "basis", "consent", "purpose", "court_order", "basis_words"),
            Fieldset("To whom, and what for", "recipient_kind", "recipient", "affiliation", "purpose_words"),
            Fieldset("What", "information", "given", "came_on", "missed_on"),
            Fieldset("How", "how", Div("given_by", "given_at", css_class="field-row")),
        )

    def clean_court_order(self):
        chosen = self.cleaned_data["court_order"]
        if chosen == ONLY_A_SUBPOENA:
            raise ValidationError(SUBPOENA)
        return chosen
