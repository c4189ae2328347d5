"""What gunicorn serves. The system checks run first: with an unguarded page nothing starts."""

import os

from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehabcrm.settings")

application = get_wsgi_application()
BaseCommand().check()
