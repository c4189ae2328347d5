"""What was brought to supervision: for whoever brought it, and for their supervisor."""

from django.apps import apps
from django.db.models import Q, QuerySet


class ForSupervisionQuerySet(QuerySet):
    def open_for(self, user, now):
        """What `user` brought, or is to talk over with those whom they supervise, oldest first; nothing of a
        conversation that they may not see.
        """
        CheckIn = apps.get_model("interactions.CheckIn")
        StaffMember = apps.get_model("staff.StaffMember")
        Patient = apps.get_model("patients.Patient")
        led = Q(check_in__patient__in=Patient.objects.led_by(user, now).values("pk"))
        theirs = Q(brought_by=user) | Q(brought_by__in=StaffMember.objects.filter(supervisor=user).values("pk")) | led
        seen = CheckIn.objects.visible_to(user, now).values("pk")
        found = self.filter(theirs, talked_at=None, check_in__in=seen, check_in__struck_at=None)
        return found.select_related("check_in__patient", "brought_by").order_by("brought_at", "pk")

    def of_check_in(self, check_in):
        return self.filter(check_in=check_in)
