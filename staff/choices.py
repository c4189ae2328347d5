from django.db import models


class ProgramKind(models.TextChoices):
    DETOX = "detox", "Detox"
    RESIDENTIAL = "residential", "Residential"
    PHP = "php", "Partial hospitalization"
    IOP = "iop", "Intensive outpatient"
    OUTPATIENT = "outpatient", "Outpatient"
    AFTERCARE = "aftercare", "Aftercare"


class Presence(models.TextChoices):
    """How patients are present in a program: it decides on floor teams and on whose hours targets run."""

    ROUND_THE_CLOCK = "clock", "Round the clock"
    BY_DAY = "day", "By day on site"
    BY_APPOINTMENT = "visit", "By appointment"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class Outcome(models.TextChoices):
    """How the door answered a request that concerned patients."""

    OK = "ok", "Shown"
    DENIED = "denied", "Not allowed"
    NOT_FOUND = "not_found", "Not found"
    REFUSED = "refused", "Refused"


class AtTheDoor(models.TextChoices):
    """What the access log tells of signing in and out, and of pages that are not for somebody's role."""

    SIGNED_IN = "sign_in.ok", "Signed in"
    SIGNED_OUT = "sign_out", "Signed out"
    RIGHT_PASSWORD = "password.right", "The right password; a code is asked for next"
    WRONG_PASSWORD = "password.wrong", "A wrong password"
    PASSWORD_TOO_SOON = "password.too_soon", "A password during the wait after wrong ones"
    WRONG_CODE = "code.wrong", "A wrong code"
    CODE_TOO_SOON = "code.too_soon", "A code during the wait after wrong ones"
    IDLE = "session.idle", "Signed out after a rest"
    LONG = "session.long", "Signed out after a long day"
    ENDED = "session.end", "Signed out of another of their browsers"
    ENDED_OTHERS = "session.end_others", "Signed out everywhere else"
    NOT_FOR_ROLE = "role.refused", "Asked for a page that is not for them"


IN_VAIN = (AtTheDoor.WRONG_PASSWORD, AtTheDoor.PASSWORD_TOO_SOON, AtTheDoor.WRONG_CODE, AtTheDoor.CODE_TOO_SOON)


class Unusual(models.TextChoices):
    """Why somebody's looks are worth a second look."""

    MANY = "many", "Many records in one hour"
    LISTS = "lists", "Very many names in one hour"
    COLLEAGUE = "colleague", "The record of a colleague"
    NOT_FOUND = "not_found", "Asked for records they may not see"
    ODD_HOURS = "odd_hours", "Outside their working hours"
    JOINED = "joined", "Put themself on a care team"
    GUESSING = "guessing", "Many wrong passwords or codes"
    NEW_ACCOUNT = "new_account", "Gave patients to an account of their making"


class Verdict(models.TextChoices):
    """What a review of unusual looks came to."""

    FINE = "fine", "Part of their work"
    FLAGGED = "flagged", "Needs a closer look"


class Basis(models.TextChoices):
    """The rule under which a read was possible."""

    VISIBLE = "visible", "Part of their work"
    BREAK_GLASS = "break_glass", "In an emergency"
    SYSTEM = "system", "By the system"
    NONE = "none", "No patient opened"
