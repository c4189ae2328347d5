"""How a line of the log is written where patients' records are real."""

import logging
import re
import traceback

SECRETS = re.compile(r"(/calendar/)[^\s'\"?#]+")  # whoever has the address of a calendar reads it


class WithoutSecrets(logging.Filter):
    """No line holds the address of a calendar, whatever is said about it."""

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
