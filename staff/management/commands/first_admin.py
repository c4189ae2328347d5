"""Makes the first account of an installation, or the next one where no admin is left."""

import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from staff.access_log import log_change
from staff.models import Site, StaffMember
from staff.roles import Role
from staff.services import add_staff, open_site


class Command(BaseCommand):
    help = "Adds an admin while there is none; the password is asked for, or read from standard input."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="as colleagues know them")
        parser.add_argument("--email", default="")
        parser.add_argument("--site", required=True, help="where they work; it is opened where there is none so called")
        zone = "America/New_York"
        parser.add_argument("--time-zone", default=zone, help=f"of a site that is opened (default {zone})")

    def handle(self, *, username, name, email, site, time_zone, **options):
        if StaffMember.objects.active().admins().exists():
            raise CommandError("There is an admin, who adds further accounts under /manage/staff/. Nothing changed.")
        member = StaffMember(username=username, name=name, email=email, role=Role.ADMIN)
        password = ask()
        try:
            validate_password(password, member)
            with transaction.atomic():
                place = Site.objects.filter(name=site).first() or open_site(name=site, time_zone=time_zone)
                member = add_staff(
                    username=username, name=name, email=email, role=Role.ADMIN, site=place, password=password
                )
                log_change(action="staff.first_admin", by=None, patients=[], record=member, fields=["role"])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{member.username} can sign in. Another admin needs a second person, such as a supervisor.")


def ask():
    """The password: typed twice, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise CommandError("The two are not the same. Nothing changed.")
    return password
