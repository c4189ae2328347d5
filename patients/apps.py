from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from patients.exported import LISTS
        from patients.exports import register

        register(*LISTS)
