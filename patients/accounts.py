"""What the pages of consents and disclosures show beyond their fields."""

from dataclasses import dataclass
from datetime import timedelta

from patients.consent_choices import Basis
from patients.disclosing import day_words
from patients.models import Consent, Disclosure
from patients.notices import NOTICES, TO_COMPARE
from staff.calendar import start_of_day

SOON = timedelta(days=14)  # before the last day of a consent: product.md §5
YEARS = 3  # of an account, unless other days are asked for: 42 CFR 2.25


@dataclass(frozen=True)
class Line:
    """A consent as the page shows it: whether it holds, until when, and how it ended."""

    consent: Consent
    holds: bool
    until: str
    runs_out: str
    over: str


def lines(consents, now, zone):
    """(those that hold, those that do not hold any more)."""
    found = [line(consent, now, zone) for consent in consents]
    return [one for one in found if one.holds], [one for one in found if not one.holds]


def line(consent, now, zone):
    event = consent.expires_event and f"until “{consent.expires_event}”"
    if consent.expires_event.strip().casefold() == "none":
        event = "with no day on which it ends"
    day = consent.expires_on and f"until the end of {day_words(consent.expires_on)}"
    soon = consent.expires_at is not None and consent.expires_at <= now + SOON
    return Line(
        consent=consent,
        holds=consent.holds(now),
        until=", or ".join(filter(None, (day, event))),
        runs_out=f"Runs out on {day_words(consent.expires_on)}" if soon else "",
        over=over(consent, now, zone),
    )


def over(consent, now, zone):
    """How a consent ended, in words; empty while it holds."""
    if consent.holds(now):
        return ""
    ending = consent.ended
    if ending is None or (consent.expires_at is not None and consent.expires_at <= ending.ended_at):
        return f"Ran out on {day_words(consent.expires_on)}"
    day = day_words(ending.ended_at.astimezone(zone).date())
    told = f", {ending.get_told_display().lower()}" if ending.told else ""
    return f"{ending.get_how_display()} on {day}{told}"


@dataclass(frozen=True)
class Sheet:
    """What is printed to go along with a disclosure: the notice, and the consent with those it names."""

    notice: str = ""
    compare: str = ""
    line: Line | None = None
    names: tuple = ()


def sheet_of(disclosure, zone):
    """Of the recipients that a consent names only the one whom this went to: the others are nobody's business."""
    if disclosure.basis != Basis.CONSENT:
        return Sheet()
    consent = disclosure.consent
    return Sheet(
        notice=NOTICES[disclosure.notice].text,
        compare=TO_COMPARE,
        line=line(consent, disclosure.given_at, zone),
        names=tuple(consent.recipients) if consent.by_class else (disclosure.recipient,),
    )


def period(first, last, today, zone):
    """The days of an account and their moments: (first day, last day, from, until). Three years unless asked."""
    last = last or today
    first = first or last - timedelta(days=round(YEARS * 365.25))
    first, last = min(first, last), max(first, last)
    return first, last, start_of_day(first, zone), start_of_day(last + timedelta(days=1), zone)


def given_under(consent, viewer, now):
    """What went under a consent, one line each: proposed to whoever writes down that it was taken back."""
    rows = Disclosure.objects.visible_to(viewer, now).under(consent).newest_first()
    zone = consent.patient.latest_episode.program.site.zone
    gone = [
        f"{day_words(one.given_at.astimezone(zone).date())}: {'; '.join(one.information_labels)}, to {one.recipient}"
        for one in rows
    ]
    return "\n".join(gone) or "Nothing."
