"""What can be said about boundaries and about duties beyond the relationship. Stored values never change."""

from django.db import models


class AgreementState(models.TextChoices):
    """What was agreed with one person about contact."""

    HOLDS = "holds", "Holds"
    REPLACED = "replaced", "Replaced"
    ENDED = "ended", "No longer holds"


class Weight(models.TextChoices):
    """How heavy a boundary event is: it decides on the review (clinical.md §2)."""

    NOTE = "note", "Just a note"
    TALK = "talk", "Talk it over"
    SERIOUS = "serious", "Serious, act today"


class EventKind(models.TextChoices):
    SMALL_GIFT = "small_gift", "A card or a small gift"
    MET = "met", "Met by chance"
    GIFT = "gift", "A larger gift"
    MONEY = "money", "Money"
    SOCIAL_MEDIA = "social_media", "Social media"
    OTHER_RELATION = "other_relation", "Another relationship with them"
    BEYOND = "beyond", "Contact outside hours, beyond what was agreed"
    TOLD_MORE = "told_more", "Told more of oneself than helped"
    SUPPORT = "support", "Support wanted after a contact outside hours"
    ROMANTIC = "romantic", "Romantic or sexual"
    EXPLOITATION = "exploitation", "Exploitation"
    THREAT = "threat", "A threat"
    SUBSTANCES = "substances", "Substances"
    HARASSMENT = "harassment", "Harassment"


# The least weight of each kind; whoever writes it down may give it more.
KINDS_OF = {
    Weight.NOTE: (EventKind.SMALL_GIFT, EventKind.MET),
    Weight.TALK: (
        EventKind.GIFT, EventKind.MONEY, EventKind.SOCIAL_MEDIA, EventKind.OTHER_RELATION, EventKind.BEYOND,
        EventKind.TOLD_MORE, EventKind.SUPPORT,
    ),
    Weight.SERIOUS: (
        EventKind.ROMANTIC, EventKind.EXPLOITATION, EventKind.THREAT, EventKind.SUBSTANCES, EventKind.HARASSMENT,
    ),
}  # fmt: skip
UP_TO = {
    Weight.NOTE: KINDS_OF[Weight.NOTE],
    Weight.TALK: (*KINDS_OF[Weight.NOTE], *KINDS_OF[Weight.TALK]),
    Weight.SERIOUS: tuple(EventKind),
}


class EventState(models.TextChoices):
    NOTED = "noted", "Written down"
    WAITING = "waiting", "Waits for its review"
    REVIEWED = "reviewed", "Reviewed"


class AtRisk(models.TextChoices):
    """Who is at risk, so that a duty beyond the relationship may begin."""

    CHILD = "child", "A child"
    DEPENDANT = "dependant", "A dependent or older adult"
    NAMED = "named", "Somebody who was threatened by name"


class ReportState(models.TextChoices):
    OPEN = "open", "To be decided"
    REPORTED = "reported", "Reported"
    NOT_REPORTED = "not_reported", "Not reported, with a reason"


class PatientTold(models.TextChoices):
    """Whether the patient knows of a report: asked, not owed."""

    YES = "yes", "They know"
    NO = "no", "Not told, with a reason"
    NOT_ASKED = "not_asked", "Not decided"
