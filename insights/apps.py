from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from insights.exported import LISTS
        from patients.exports import register

        register(*LISTS)
