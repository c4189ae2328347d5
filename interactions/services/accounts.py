"""Changes to somebody's account of which they are told by mail."""

from django.db import transaction

from interactions.choices import MailKind
from interactions.models import Mail
from staff import feeds, second_factor
from staff.saving import refuse_unless


@transaction.atomic
def reset_second_factor(*, member, by, now):
    """Takes a colleague's second factor away, so that they set it up anew; a mail without details tells them."""
    refuse_unless(member != by, "Another admin does this for you; or set up another phone yourself.")
    second_factor.switch_off(member=member, by=by)
    feeds.end(member, now=now)
    if member.email:
        Mail.objects.get_or_create(
            recipient=member,
            kind=MailKind.ACCOUNT,
            slot=f"{now:%Y-%m-%dT%H:%M:%S.%f}",
            defaults={"planned_at": now, "next_at": now},
        )
    return member
