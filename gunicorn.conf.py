"""How gunicorn runs, here and in production; its command line and GUNICORN_CMD_ARGS override each line."""

import logging
import re
from urllib.parse import quote

import gunicorn
from gunicorn.glogging import Logger

gunicorn.SERVER = "web"  # what answers call their server: not which, and not how old


# Whoever has the address of a calendar reads it, and with a link to a new password one is chosen: see rehabcrm.logs.
SECRETS = re.compile(r"(/calendar/|/feedback/(?!thanks/)|/password/reset/[-\w]{36}/)[^\s'\"?#]+")


class WithoutSecrets(logging.Filter):
    """What gunicorn says about a request that it could not read or serve holds its address."""

    def filter(self, record):
        record.msg, record.args = SECRETS.sub(r"\1-", record.getMessage()), ()
        return True


class QuietLogger(Logger):
    """Writes the path without its query, and no path at all where there is no such page: what somebody typed there may
    be a name.
    """

    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.addFilter(WithoutSecrets())

    def atoms(self, resp, req, environ, request_time):
        found = super().atoms(resp, req, environ, request_time)
        known = not str(resp.status).startswith(("400", "404"))
        return found | {"U": SECRETS.sub(r"\1-", quote(found["U"] or "", safe="/")) if known else "-"}


workers = 2
threads = 4
timeout = 60
graceful_timeout = 30
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
logger_class = QuietLogger
# No address, no browser.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)sB %(L)ss"
control_socket_disable = True  # it would stand in the home folder
