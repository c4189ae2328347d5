"""How a line of the log is written where patients' records are real."""

import logging
import re
import traceback

# Whoever has the address of a calendar reads it, who has that of a form sends it, and with a link to a new password
# one is chosen.
SECRETS = re.compile(r"(/calendar/|/feedback/(?!thanks/)|/password/reset/[-\w]{36}/)[^\s'\"?#]+")


class WithoutSecrets(logging.Filter):
    """No line holds the address of a calendar or the key to a new password, whatever is said about it."""

    def filter(self, record):
        record.msg, record.args = SECRETS.sub(r"\1-", record.getMessage()), ()
        return True


class BareFormatter(logging.Formatter):
    """Lines whose errors say what broke and where, never the message: a database puts rows into it."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei):
        kind, _, tb = ei
        return "".join([*traceback.format_tb(tb), kind.__name__])
