from django.db.models import Q, QuerySet


class ExportQuerySet(QuerySet):
    def of_session(self, user, session_hash):
        """Those that `user` asked for in this session."""
        return self.filter(by=user, session_hash=session_hash)

    def with_ref(self, ref):
        """The export `ref`, or None."""
        return self.select_related("by").filter(ref=ref).first()

    def claim(self, export, *, now, rows, sha256):
        """Whether this is the one time that `export` is taken."""
        free = self.filter(pk=export.pk, taken_at=None, expires_at__gte=now)
        return free.update(taken_at=now, rows=rows, sha256=sha256) == 1

    def newest_first(self):
        return self.select_related("by").order_by("-asked_at", "-ref")

    def asked_before(self, ref):
        """Those that follow the export `ref` in `newest_first` order; all of them when there is none."""
        place = self.model.objects.filter(ref=ref).values_list("asked_at", "ref").first()
        if place is None:
            return self
        return self.filter(Q(asked_at__lt=place[0]) | Q(asked_at=place[0], ref__lt=place[1]))
