import uuid

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from staff.constraints import known
from staff.querysets import StaffManager
from staff.roles import PERMISSIONS, Role


class StaffMember(AbstractBaseUser):
    """A user. There is no superuser: the role says what they may do, care teams and programs whom they may know of."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField("name", max_length=120)
    job = models.CharField("job", max_length=80, blank=True, help_text="Counselor, nurse, case manager, peer …")
    pronouns = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    site = models.ForeignKey("staff.Site", models.PROTECT, related_name="staff")
    supervisor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supervised")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    objects = StaffManager()

    class Meta:
        constraints = [
            known("role", Role),
            models.CheckConstraint(
                condition=~Q(username=""),
                name="%(app_label)s_%(class)s_has_username",
                violation_error_message="Give a username.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("staff:staff_member", args=[self.ref])

    def may(self, permission):
        return self.is_active and permission in PERMISSIONS[Role(self.role)]
