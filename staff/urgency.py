from django.db import models


class Urgency(models.TextChoices):
    """How soon an answer is needed. It stands on the ground floor because the standards are stated by it."""

    SAFETY = "safety", "Right now: someone may not be safe"
    TODAY = "today", "Today"
    SOON = "soon", "By tomorrow"
    ROUTINE = "routine", "In a few days"
