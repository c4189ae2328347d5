"""What every form shares: it is saved once, words are kept as typed, and moments know the night the clocks change."""

import hmac
import uuid
from datetime import datetime

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone

from staff.calendar import moment, occurrences
from staff.conflicts import Conflict, Overtaken, Watch, named, shown
from staff.constraints import FIRST_DAY, LAST_DAY

SIGN_IN_REFUSED = (
    "That did not work. Check the username and the password; after 5 wrong tries wait one minute, after 10 fifteen."
)
A_SENTENCE = 300  # letters; a box that takes fewer is for a name or a place
LONGEST_NOTE = 1024 * 1024  # bytes; longer ones are refused at the field, and the text stays there


class SignInForm(AuthenticationForm):
    """One refusal for every reason: it tells nobody which accounts exist, are closed for a while or have ended."""

    error_messages = {"invalid_login": SIGN_IN_REFUSED, "inactive": SIGN_IN_REFUSED}


class TokenInput(forms.HiddenInput):
    """The token of a form, and beside it what its page showed, and whether a conflict: see `staff.conflicts`."""

    template_name = "widgets/form_token.html"
    seen, met = "", False

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"seen": self.seen, "met": self.met}
        return context


class TokenField(forms.UUIDField):
    """What tells one opened form from another. One that came back without it, or spoilt, counts as newly opened."""

    widget = TokenInput

    def __init__(self):
        super().__init__(required=False, initial=uuid.uuid4)

    def to_python(self, value):
        try:
            return super().to_python(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class Typed(QueryDict):
    """What was typed into a form and not sent yet. A form shows it, and complains of nothing."""


class TypedForm(forms.Form):
    """A form that can be opened again with what was typed before. `hinted`: staff write freely in its long boxes."""

    hinted = True

    def full_clean(self):
        if isinstance(self.data, Typed):
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()


class OnceForm(TypedForm):
    """A form that is saved once, however often it is sent (see `staff.once`), and overwrites nothing unseen."""

    form_token = TokenField()
    watch, conflict = None, False
    met, over, ways = None, False, ()  # after a conflict: the row as it stands, whether saving is over, where to go on

    def changing(self, row, *names, reads=None, still=lambda row: True):
        """This form, which from now on knows that it changes `names` of `row`, or what `reads(row)` gives by name, and
        that it can as long as `still(row)` holds.
        """
        self.watch = Watch(row, reads or named(*names), still)
        self.token.seen = self.seen or self.watch.mark()
        if self.seen and (self.is_moved(row) or "form_met" in self.data):
            self.meets(row)
        return self

    @property
    def token(self):
        return self.fields["form_token"].widget

    @property
    def seen(self):
        """The mark of what the page showed that this form came back from; a form that is newly opened has none."""
        return self.data.get("form_seen") if self.is_bound else None

    def is_moved(self, row):
        """Whether `row` is no longer what the page showed, or leaves no room for this."""
        same = hmac.compare_digest(self.seen.encode(errors="replace"), self.watch.mark(row).encode())
        return not same or not self.watch.still(row)

    def meets(self, row, *, over=False):
        """From now on the page shows what stands in `row`, and counts against that. `over`: it cannot be saved now."""
        self.met, self.over, self.token.met = row, over, True
        if self.watch:
            self.over, self.token.seen = over or not self.watch.still(row), self.watch.mark(row)

    def guard(self):
        """Holds what the form changes; a `Conflict` when that is not what its page showed.

        A form that came back without a mark was not opened on a page of ours, and counts as newly opened.
        """
        if self.watch is None or not self.seen:
            return
        row = self.watch.held()
        if self.is_moved(row):
            self.meets(row)
            raise Overtaken if self.over else Conflict

    @property
    def row(self):
        """What the form changes, or None."""
        return self.watch.row if self.watch else None

    @property
    def theirs(self):
        """What stands there now, where the page has to show it, as (label, words)."""
        return self.stands(self.met) if self.met else ()

    def stands(self, row):
        """What stands in `row` now and differs from what was typed, as (label, words)."""
        now = self.watch.reads(row) if self.watch else {}
        return [
            (self.label_of(name), words)
            for name, value in now.items()
            if name != "version" and (words := shown(value)) != shown(self.typed(name))
        ]

    def typed(self, name):
        """What was typed into the field `name`, as far as it can be read."""
        if name in self.cleaned_data or name not in self.fields:
            return self.cleaned_data.get(name)
        field = self.fields[name]
        try:
            return field.clean(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))
        except ValidationError:
            return None

    def label_of(self, name):
        field = self.fields.get(name)
        return field.label if field and field.label else name.replace("_", " ").capitalize()

    @property
    def status(self):
        """The HTTP status of a page that shows this form."""
        return 409 if self.conflict else 200

    def renew(self):
        """From now on this counts as a form that was newly opened. Returns its new token."""
        self.data = self.data.copy()
        self.data["form_token"] = str(uuid.uuid4())
        return self.data["form_token"]

    def answers(self):
        """What was answered, as keyword arguments of a service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "form_token"}

    def refuse(self, refusal):
        """Shows a service's `ValidationError` beside the field it names, or on top of the form."""
        self.conflict = self.conflict or isinstance(refusal, Conflict)
        if isinstance(refusal, Overtaken) and self.row is not None:
            self.meets(self.row, over=True)
        if hasattr(refusal, "error_dict"):
            for field, errors in refusal.error_dict.items():
                self.add_error(field if field in self.fields else None, errors)
        else:
            self.add_error(None, refusal.messages)


def shown_when(asked, field):
    """`field` as one that is shown, and then needed, only while another has a value: `shown_when("when=pick", …)`."""
    field.shown_when, field.needed_sometimes = asked, True
    return field


class WordsField(forms.CharField):
    """Text kept exactly as typed, blanks at its ends included. `theirs` are the patient's own words, which nobody
    corrects; other words of a sentence or more get hints while they are written.
    """

    def __init__(self, *, rows=None, theirs=False, **options):
        if rows:
            options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(strip=False, **options)
        self.hinted = not theirs and (bool(rows) or (self.max_length or 0) >= A_SENTENCE)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")

    def validate(self, value):
        super().validate(value if value.strip() else "")
        if len(value.encode(errors="replace")) > LONGEST_NOTE:
            raise ValidationError("This is longer than one note can hold (1 MB). Nothing is lost: split it in two.")


class DayField(forms.DateField):
    """A calendar day between 1900 and 2199."""

    def __init__(self, **options):
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)

    def to_python(self, value):
        return in_our_time(super().to_python(value))


class RecordField(forms.TypedChoiceField):
    """One of `records` (objects with a `ref`), chosen by its ref; gives the object."""

    def __init__(self, records=(), *, label_of=str, empty=None, **options):
        by_ref = {str(record.ref): record for record in records}
        choices = [(ref, label_of(record)) for ref, record in by_ref.items()]
        if empty is not None:
            choices = [("", empty), *choices]
        super().__init__(choices=choices, coerce=by_ref.get, empty_value=None, **options)


class MomentInput(forms.DateTimeInput):
    """A date and time; on a night when the time came twice it also asks which of the two."""

    input_type = "datetime-local"
    template_name = "widgets/moment.html"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")

    def value_from_datadict(self, data, files, name):
        return data.get(name), data.get(f"{name}_again")

    def get_context(self, name, value, attrs):
        typed, again = value if isinstance(value, tuple) else (value, None)
        context = super().get_context(name, typed, attrs)
        context["widget"]["again"] = again or ("second" if getattr(typed, "fold", 0) else None)
        context["widget"]["came_twice"] = came_twice(typed)
        return context


class MomentField(forms.DateTimeField):
    """A moment, read as wall-clock time at the site. A time the clocks skipped becomes the first one after the gap."""

    widget = MomentInput

    def to_python(self, value):
        typed, again = value if isinstance(value, tuple) else (value, None)
        if typed in self.empty_values:
            return None
        if isinstance(typed, datetime) and timezone.is_aware(typed):
            return typed
        naive = in_our_time(parse_wall_clock(typed))
        zone = timezone.get_current_timezone()
        found = occurrences(zone, naive.date(), naive.time())
        if len(found) < 2:
            return found[0] if found else moment(zone, naive.date(), naive.time())
        if again not in ("first", "second"):
            raise ValidationError(f"{naive:%H:%M} came twice that night. Which one was it?", code="came_twice")
        return found[again == "second"]


def parse_wall_clock(typed):
    try:
        return datetime.fromisoformat(str(typed).replace("\0", "?")).replace(tzinfo=None)
    except ValueError:
        raise ValidationError("Give a date and a time, such as 2026-03-14 15:30.", code="invalid") from None


def came_twice(typed):
    try:
        naive = in_our_time(parse_wall_clock(typed))
    except ValidationError:
        return False
    return len(occurrences(timezone.get_current_timezone(), naive.date(), naive.time())) == 2


def in_our_time(value):
    day = value.date() if isinstance(value, datetime) else value
    if day is not None and not FIRST_DAY <= day < LAST_DAY:
        raise ValidationError("Give a date between 1900 and 2199.", code="invalid")
    return value
