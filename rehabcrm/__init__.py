"""The roof: settings, URLs, the Celery app and the commands that switch it all on."""
