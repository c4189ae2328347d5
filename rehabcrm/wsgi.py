"""What gunicorn serves. The system checks run first: with an unguarded page nothing starts."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehabcrm.settings")


def behind_proxies(serve, count):
    """Requests bear their client's address: the one that the outermost of `count` proxies of ours saw."""

    def served(environ, start_response):
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= count and hops[-count].strip():
            environ["REMOTE_ADDR"] = hops[-count].strip()
        return serve(environ, start_response)

    return served if count else serve


application = behind_proxies(get_wsgi_application(), settings.PROXIES)
BaseCommand().check()
