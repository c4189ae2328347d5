from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from staff import access, append_only  # noqa: F401  (registers the check that every route has a policy)

        post_migrate.connect(append_only.install_after_migrate, sender=self)
