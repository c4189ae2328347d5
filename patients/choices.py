from django.db import models


class Audience(models.TextChoices):
    """Who, of those who may see the patient, may see a record."""

    TEAM = "team", "Everyone caring for them"
    CARE_TEAM = "care_team", "Their care team only"
    SUPERVISED = "supervised", "The author and the supervisor"
    NAMED = "named", "Named people only"


class CareRole(models.TextChoices):
    PRIMARY = "primary", "Primary"
    COUNSELOR = "counselor", "Counselor"
    NURSE = "nurse", "Nurse"
    PRESCRIBER = "prescriber", "Prescriber"
    CASE_MANAGER = "case_manager", "Case manager"
    PEER = "peer", "Peer"
    OUTREACH = "outreach", "Outreach"


class RestrictionKind(models.TextChoices):
    """Why a record is for the named care team only. Whoever asked under §2.26 need not say why."""

    COLLEAGUE = "colleague", "They are a colleague"
    PUBLIC = "public", "They are known in public"
    FAMILY = "family", "They are family of a colleague"
    ASKED = "asked", "They asked for it (§2.26)"


class ApprovalKind(models.TextChoices):
    """What needs a second person."""

    GRANT_ADMIN = "grant_admin", "Make somebody an admin"
    JOIN_TEAM = "join_team", "Put oneself on a care team"
    RESTRICT = "restrict", "Restrict a record"
    LIFT = "lift", "Lift a restriction"


class ApprovalState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    APPROVED = "approved", "Agreed"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Ran out"


class CameBy(models.TextChoices):
    """How they came."""

    OWN_WISH = "own", "By their own wish"
    ENCOURAGED = "encouraged", "Encouraged by somebody"
    REQUIRED = "required", "Somebody required it"


class RequiredBy(models.TextChoices):
    COURT = "court", "A court"
    PROBATION = "probation", "Probation or parole"
    FAMILY_SERVICES = "family", "Family services"
    EMPLOYER = "employer", "An employer"
    COMMITMENT = "commitment", "A civil commitment"


class PauseKind(models.TextChoices):
    LEAVE = "leave", "On leave"
    HOSPITAL = "hospital", "In hospital"
    CUSTODY = "custody", "In custody"
    AGREED = "agreed", "Away by agreement"


class DischargeReason(models.TextChoices):
    COMPLETED = "completed", "Finished what we planned"
    NEXT_STEP = "next_step", "Moved on to the next step of care"
    HOSPITAL = "hospital", "Went to hospital or other medical care"
    LEFT_EARLY = "left_early", "Left before the planned date"
    LOST_TOUCH = "lost_touch", "We lost touch"
    MEANS = "means", "Insurance, money or distance ended it"
    ENDED_BY_US = "ended_by_us", "We ended the stay"
    CUSTODY = "custody", "In custody"
    DIED = "died", "Died"
    OTHER = "other", "Another reason"


# TEDS-D discharge reasons, as reported by the state data sets; to be confirmed against the current manual.
TEDS_REASONS = {
    DischargeReason.COMPLETED: "completed",
    DischargeReason.NEXT_STEP: "transferred",
    DischargeReason.HOSPITAL: "transferred",
    DischargeReason.LEFT_EARLY: "dropped out",
    DischargeReason.LOST_TOUCH: "dropped out",
    DischargeReason.MEANS: "other",
    DischargeReason.ENDED_BY_US: "terminated by facility",
    DischargeReason.CUSTODY: "incarcerated",
    DischargeReason.DIED: "death",
    DischargeReason.OTHER: "other",
}


class ContactAfter(models.TextChoices):
    """May we be in touch after they leave?"""

    YES = "yes", "Yes"
    LETTER = "letter", "By letter only"
    NO = "no", "No"


class Naloxone(models.TextChoices):
    HAS = "has", "Has it"
    GIVEN = "given", "Given now"
    DECLINED = "declined", "Offered, not wanted"
    NOT_ASKED = "not_asked", "Could not ask, they had gone"
    NOT_NEEDED = "not_needed", "Does not apply"


class ReachWay(models.TextChoices):
    CALL = "call", "Call"
    TEXT = "text", "Text"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    IN_PERSON = "in_person", "In person only"


class EmergencyReason(models.TextChoices):
    """Why somebody opens the record of a patient who is not in their care."""

    LIFE = "life", "A life is at risk now"
    HANDOVER = "handover", "I cover, and nobody handed over"
    CALLS = "calls", "A hospital or transfer service calls"
    OTHER = "other", "Another reason"


class EpisodeState(models.TextChoices):
    """Where a patient stands in care, as shown and filtered on; computed from the latest episode."""

    IN_CARE = "in_care", "In care"
    PAUSED = "paused", "Away for now"
    BETWEEN = "between", "Between stays"
    DIED = "died", "Died"


class ExportKind(models.TextChoices):
    """In which shape something leaves."""

    FILE = "file", "A file: CSV in a ZIP"
    PAPER = "paper", "A page to print"


class ExportPurpose(models.TextChoices):
    """What it is for, as said by whoever asks."""

    CARE = "care", "Care: a handover, a visit, a meeting"
    THEIRS = "theirs", "The patient asked for it"
    SUPERVISION = "supervision", "Supervision, or better care"
    REVIEW = "review", "An audit or a review"
    WORK = "work", "Running the place: staffing, rooms, hours"
    OTHER = "other", "Something else"


class FactKind(models.TextChoices):
    """What is known of their life, not their illness."""

    ADDRESS = "address", "How to address them"
    CALLS = "calls", "How they speak of themselves"
    DONT_RAISE = "dont_raise", "Please don’t raise"
    CALMS = "calms", "What calms them"
    HELPS = "helps", "What helps"
    FAMILY = "family", "Family and friends"
    WORK = "work", "Work and skills"
    INTERESTS = "interests", "What they love"
    ENGAGE = "engage", "Ways that work with them"
    CAME_FOR = "came_for", "Why they came to us"
    HOPES = "hopes", "What they hope for"
    OTHER = "other", "Something else"


class FactState(models.TextChoices):
    HOLDS = "holds", "Holds"
    NO_LONGER = "no_longer", "No longer so"


class PlanMark(models.TextChoices):
    """What was done with a version of a safety plan after it was written."""

    FITS = "fits", "Looked at again: it still fits"
    COPY = "copy", "They have a copy"


class Knows(models.TextChoices):
    """What somebody close to a patient knows of the stay."""

    KNOWS = "knows", "They know"
    NOT_YET = "not_yet", "They don’t know"
    MUST_NOT = "must_not", "They must not know"


class SupportState(models.TextChoices):
    HOLDS = "holds", "Stands by them"
    NO_LONGER = "no_longer", "No longer"
