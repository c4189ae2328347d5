"""How a line of the log is written where patients' records are real."""

import logging
import traceback


class BareFormatter(logging.Formatter):
    """Lines whose errors say what broke and where, never the message: a database puts rows into it."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei):
        kind, _, tb = ei
        return "".join([*traceback.format_tb(tb), kind.__name__])
