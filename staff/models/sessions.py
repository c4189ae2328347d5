import uuid

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from staff.constraints import real_days
from staff.querysets import SessionManager


class Session(AbstractBaseSession):
    """A browser that is signed in (`staff`), or on its way to be: since when, last used when, from where, with what.

    Its key never leaves the process but as the cookie; `ref` stands in its place.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, related_name="sessions")
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=80, blank=True)

    objects = SessionManager()

    class Meta:
        constraints = [real_days("started_at", "last_seen_at")]

    def __str__(self):
        return str(self.ref)

    @classmethod
    def get_session_store_class(cls):
        from staff.sessions import SessionStore

        return SessionStore
