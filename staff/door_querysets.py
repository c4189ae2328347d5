"""What stands in the access log of signing in, of trying to in vain, and of who was turned away."""

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMinute

from staff.choices import IN_VAIN, AtTheDoor


class DoorQuerySet(QuerySet):
    def concerning(self, member):
        """What `member` did, and what was done at the door with their account."""
        return self.filter(Q(actor=member) | Q(record_ref=member.ref, action__in=AtTheDoor.values))

    def tries_by_minute(self):
        """(account's ref, minute, how many) of the tries in vain to get into an account that there is."""
        tries = self.filter(action__in=IN_VAIN, record_ref__isnull=False)
        counted = tries.annotate(minute=TruncMinute("recorded_at")).values("record_ref", "minute")
        return (
            counted.annotate(many=Count("pk"))
            .order_by("record_ref", "minute")
            .values_list("record_ref", "minute", "many")
        )
