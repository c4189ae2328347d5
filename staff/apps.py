from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from staff import access  # noqa: F401  (registers the check that every route has a policy)
