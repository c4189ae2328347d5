"""What went well, in counts without a name: how a supervisor's digest begins."""

from datetime import timedelta

from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce

from interactions.models import Concern, FollowUp, Mail, Meeting
from staff.models import StaffMember
from staff.roles import Role
from staff.wording import many

LONGEST = timedelta(days=7)


def since_last_digest(person, now):
    """What went well with the patients of a supervisor since their last digest (a week at most), in sentences."""
    if person.role != Role.SUPERVISOR:
        return []
    last = Mail.objects.last_digest_of(person)
    since = max(last.sent_at, now - LONGEST) if last else now - LONGEST
    concerns = Concern.objects.visible_to(person, now).on_team_lists(person)
    counted = {
        "told": number_of(concerns.told_in_time_since(since)),
        "kept": number_of(FollowUp.objects.visible_to(person, now).kept_since(since)),
        "met": number_of(Meeting.objects.visible_to(person, now).noted_held_since(since), "patient"),
    }
    row = StaffMember.objects.counting(person, counted)
    said = (
        (row["told"], "question was answered in time, and they know", "questions were answered in time, and they know"),
        (row["kept"], "promise was kept", "promises were kept"),
        (row["met"], "person was met with about how things go", "people were met with about how things go"),
    )
    return [many(n, one, more) for n, one, more in said if n]


def number_of(rows, what="pk"):
    """How many different `what` there are among `rows`, as an expression within another query."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    counted = one.annotate(n=Count(what, distinct=what != "pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
