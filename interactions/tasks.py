"""What the alarm clock rings for."""

from celery import shared_task
from django.utils import timezone

from interactions import reminders


@shared_task
def run_pass():
    """One pass of the reminder engine, from the database."""
    reminders.run_pass(now=timezone.now())
