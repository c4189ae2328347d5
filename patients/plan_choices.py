"""What a plan says: needs, goals and what was changed for somebody."""

from django.db import models


class NeedDomain(models.TextChoices):
    PHYSICAL = "physical", "Body"
    PSYCHOLOGICAL = "psychological", "Mind"
    EMOTIONAL = "emotional", "Heart"
    SOCIAL = "social", "Other people"
    PRACTICAL = "practical", "Everyday life"


class NeedState(models.TextChoices):
    OPEN = "open", "Needed"
    MET = "met", "Met"
    NO_LONGER = "no_longer", "No longer needed"


class Agreement(models.TextChoices):
    """Whose goal it is. That both see it differently is an honest answer."""

    BOTH = "both", "We agree"
    THEIRS = "theirs", "They want it, we see it differently"
    OURS = "ours", "We want it, they see it differently"


class GoalState(models.TextChoices):
    OPEN = "open", "On the way"
    REACHED = "reached", "Reached"
    LET_GO = "let_go", "They let it go"


class AdjustmentState(models.TextChoices):
    """Something that we do differently for this person."""

    TRYING = "trying", "Being tried"
    KEPT = "kept", "Kept"
    DROPPED = "dropped", "Dropped"
