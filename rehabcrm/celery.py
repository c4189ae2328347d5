"""The alarm clock: beat rings, the worker runs one pass from the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehabcrm.settings")

app = Celery("rehabcrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["interactions"])
