"""What can be said about staying close after a loss of tolerance. Stored values never change."""

from django.db import models


class WatchBegan(models.TextChoices):
    """What began it: each may mean that somebody tolerates less than they are used to."""

    LEFT = "left", "They left our care"
    DETOX_ENDED = "detox_ended", "Detox ended"
    BACK = "back", "Back from hospital or custody"
    MEDICATION = "medication", "Medication for opioid use stopped, or missed for 3 days"
    USED = "used", "An overdose, or use after 3 days or more without"
    METHADONE = "methadone", "The first 14 days on methadone"
    HARD_MOMENT = "hard_moment", "They reached out in a hard moment"


# What somebody writes down themselves; the others follow from what was written down elsewhere.
SAID = (WatchBegan.MEDICATION, WatchBegan.USED, WatchBegan.METHADONE)


class WatchEnd(models.TextChoices):
    OVER = "over", "The days are over"
    BACK_IN_CARE = "back_in_care", "They are back in care"
    THEIR_WISH = "their_wish", "They asked us to stop"
    REPLACED = "replaced", "Begun anew"
    MISTAKE = "mistake", "It was a mistake"
    DIED = "died", "They died"


class DayOutcome(models.TextChoices):
    """What became of a day on which nobody could talk with them."""

    LETTER = "letter", "We wrote to them instead"
    NEXT_DAY = "next_day", "We try again on the next day of the plan"
    PROMISED = "promised", "Somebody promised to try again"
    AGREED = "agreed", "They asked us to leave this one out"


class Covered(models.TextChoices):
    """Who is there on a day of the plan."""

    OWNER = "owner", "Whoever stays in touch"
    COVER = "cover", "Somebody on duty"
    NOBODY = "nobody", "Nobody is at work"


class Arrived(models.TextChoices):
    """Whether they got to the next place."""

    YES = "yes", "Yes, they are there"
    NO = "no", "No, they did not go"
    UNKNOWN = "unknown", "We could not find out"
