"""What gunicorn serves. The system checks run first: with an unguarded page or a broken setting nothing starts."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehabcrm.settings")

application = get_wsgi_application()
call_command("check")
