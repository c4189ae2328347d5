"""Standards and opening hours. Changed ones count for later clocks; the cadence of those in care moves at once."""

from django.db import transaction

from interactions.contact import move_clocks
from patients.models import Episode
from staff import services as staff
from staff.access_log import log_change
from staff.models import ContactHours, Holiday, Standard
from staff.saving import refuse_unless, save_checked


@transaction.atomic
def change_standard(*, standard, by, now, **fields):
    """Changes a phase, or adds a new one, and moves the clocks of those in care; returns the phase."""
    if standard.pk is None:
        for name, value in fields.items():
            setattr(standard, name, value)
        save_checked(standard)
        log_change(action="standard.add", by=by, patients=[], record=standard.program, fields=fields)
    else:
        refuse_unless(
            standard.from_day != 0 or fields.get("from_day", 0) == 0, {"from_day": "A program has a phase from day 0."}
        )
        staff.change(row=standard, action="standard.update", by=by, **fields)
    move_all_clocks(Episode.objects.open().in_program(standard.program))
    return standard


@transaction.atomic
def remove_standard(*, standard, by, now):
    """Takes a later phase out; the one before it holds on."""
    refuse_unless(standard.from_day != 0, "The phase from admission stays.")
    log_change(action="standard.remove", by=by, patients=[], record=standard.program, fields=["from_day"])
    program = standard.program
    standard.delete()
    move_all_clocks(Episode.objects.open().in_program(program))


@transaction.atomic
def set_contact_hours(*, site, hours, by, now):
    """The site can be reached in these hours, each (weekday, opens, closes)."""
    site.contact_hours.all().delete()
    for weekday, opens, closes in hours:
        save_checked(ContactHours(site=site, weekday=weekday, opens=opens, closes=closes))
    log_change(action="site.hours", by=by, patients=[], record=site, fields=["contact_hours"])
    move_all_clocks(Episode.objects.open().at_site(site))
    return site


@transaction.atomic
def add_holiday(*, site, closed_on, name, by, now):
    """The site is closed on that day."""
    save_checked(Holiday(site=site, closed_on=closed_on, name=name))
    log_change(action="site.holiday", by=by, patients=[], record=site, fields=["holidays"])
    move_all_clocks(Episode.objects.open().at_site(site))
    return site


@transaction.atomic
def remove_holiday(*, holiday, by, now):
    """The site is open on that day after all."""
    site = holiday.site
    holiday.delete()
    log_change(action="site.holiday", by=by, patients=[], record=site, fields=["holidays"])
    move_all_clocks(Episode.objects.open().at_site(site))


def move_all_clocks(episodes):
    """Sets the due moments of these episodes from what happened in them and the standards as they are now."""
    for episode in episodes.select_related("patient", "program__site"):
        move_clocks(episode)


def new_phase(program):
    """A phase to be added: as the last one is, from a later day."""
    last = program.standards.last()
    values = {field.name: getattr(last, field.name) for field in Standard._meta.concrete_fields if field.name != "id"}
    return Standard(**values | {"from_day": last.from_day + 30})
