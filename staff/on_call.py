"""The on-call list of a site: who answers when, and where nobody does."""

from datetime import timedelta

from staff.wording import clock

AHEAD = timedelta(days=7)


def gaps(duties, first, last):
    """The stretches between `first` and `last` that none of `duties` holds, each as (from, to)."""
    found, reached = [], first
    for duty in sorted(duties, key=lambda duty: duty.began_at):
        if duty.ended_at <= reached:
            continue
        if duty.began_at >= last:
            break
        if duty.began_at > reached:
            found.append((reached, duty.began_at))
        reached = duty.ended_at
    if reached < last:
        found.append((reached, last))
    return found


def gap_lines(sites, duties, now, ahead=AHEAD):
    """A sentence for each coming stretch in which nobody answers safety concerns at one of `sites`."""
    duties = list(duties) if sites else []
    return [
        {"site": site, "words": in_words(site, began_at, ended_at, now, ahead)}
        for site in sorted(sites, key=lambda site: site.name)
        for began_at, ended_at in gaps([duty for duty in duties if duty.site_id == site.pk], now, now + ahead)
    ]


def in_words(site, began_at, ended_at, now, ahead):
    if (began_at, ended_at) == (now, now + ahead):
        return f"Nobody is on call at {site} in the next {ahead.days} days."
    start = "now" if began_at == now else f"from {clock(began_at, now, site.zone)}"
    end = "" if ended_at == now + ahead else f" until {clock(ended_at, now, site.zone)}"
    return f"Nobody is on call at {site} {start}{end}."
