from django.db.models import QuerySet

from staff.hints import compiled


class HintQuerySet(QuerySet):
    def in_use(self):
        return self.filter(in_use=True)

    def ready(self):
        """The hints in use, ready to be looked for: one statement, and compiled anew only when the list has changed."""
        return compiled(tuple(self.in_use().values_list("words", "say", "only", "unless")))
