"""What can be said about an interaction. Stored values never change; the labels are the words on screen."""

from django.db import models

from staff.urgency import Urgency

__all__ = ["Urgency"]


class Happened(models.TextChoices):
    """What happened."""

    TALKED = "talked", "We talked"
    CAME_TO_ME = "came", "They came to me"
    HELLO = "hello", "Quick hello"
    NO_ANSWER = "no_answer", "Tried, no answer"
    LEFT_MESSAGE = "left_message", "Left a message, as agreed"
    RESTING = "resting", "Resting, not up to it"
    ANOTHER_TIME = "another_time", "Asked for another time"


# A conversation moves the cadence; a quick hello only "last seen"; the rest are attempts, to be tried again.
CONVERSATIONS = (Happened.TALKED, Happened.CAME_TO_ME)
SEEN = (*CONVERSATIONS, Happened.HELLO)
CONTACTS = (*SEEN, Happened.LEFT_MESSAGE, Happened.ANOTHER_TIME)  # they heard from us, or we from them
ATTEMPTS = (Happened.NO_ANSWER, Happened.LEFT_MESSAGE, Happened.RESTING, Happened.ANOTHER_TIME)


class Channel(models.TextChoices):
    IN_PERSON = "in_person", "In person"
    CALL = "call", "Call"
    VIDEO = "video", "Video"
    TEXT = "text", "Text"
    LETTER = "letter", "Letter"


class StartedBy(models.TextChoices):
    THEM = "patient", "They did"
    US = "staff", "I did"


class Seemed(models.TextChoices):
    """How did they seem?"""

    AT_EASE = "at_ease", "At ease"
    OPEN = "open", "Open"
    HOPEFUL = "hopeful", "Hopeful"
    WORRIED = "worried", "Worried, on edge"
    LOW = "low", "Low"
    RESTLESS = "restless", "Restless"
    ANGRY = "angry", "Angry"
    GUARDED = "guarded", "Guarded"
    QUIET = "quiet", "Quiet"
    UNWELL = "unwell", "Not feeling well"
    DROWSY = "drowsy", "Drowsy or confused"
    HARD_TO_TELL = "hard_to_tell", "Hard to tell"


class ConcernKind(models.TextChoices):
    WORRY = "worry", "A worry"
    QUESTION = "question", "A question"
    REQUEST = "request", "A request"
    COMPLAINT = "complaint", "Something we did or didn’t do"
    SAFETY = "safety", "About safety"


class ConcernState(models.TextChoices):
    WAITING = "waiting", "Waiting for us"
    HELD = "held", "Someone has it"
    ANSWERED = "answered", "We have an answer, they don’t know yet"
    TOLD = "told", "They know"
    REOPENED = "reopened", "Not settled yet"
    CLOSED = "closed", "Closed as they wished"
    KEPT = "kept", "Kept for their return"


UNANSWERED = (ConcernState.WAITING, ConcernState.HELD, ConcernState.REOPENED)
OWED = (*UNANSWERED, ConcernState.ANSWERED)


class Answer(models.TextChoices):
    YES = "yes", "Yes, done"
    PARTLY = "partly", "Partly"
    NO = "no", "No, and here is why"
    LATER = "later", "We don’t know yet, we will say by …"


class Settled(models.TextChoices):
    """Did that answer it?"""

    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"
    NOT_ASKED = "not_asked", "Not asked"


class Ending(models.TextChoices):
    THEY_KNOW = "they_know", "They know"
    NOT_WANTED = "not_wanted", "They no longer want an answer"
    HAD_LEFT = "had_left", "They had left: kept for their return"
    DIED = "died", "Died"


class SafetyAbout(models.TextChoices):
    SUICIDE = "suicide", "Thoughts of suicide or self-harm"
    OVERDOSE = "overdose", "Overdose, or using alone"
    MEDICAL = "medical", "Withdrawal or medical danger"
    OTHERS = "others", "Harm to someone else"
    HURT = "hurt", "Being hurt, or not safe"
    DEPENDANT = "dependant", "A child or dependent adult at risk"
    STAFF = "staff", "Someone on our staff"


class StepState(models.TextChoices):
    OPEN = "open", "Their step"
    DONE = "done", "Done"
    CHANGED = "changed", "Changed their mind"


class StepAnswer(models.TextChoices):
    DONE = "done", "Done"
    PARTLY = "partly", "Partly"
    NOT_YET = "not_yet", "Not yet"
    CHANGED = "changed", "Changed my mind"


class PromiseState(models.TextChoices):
    """A follow-up."""

    PROMISED = "promised", "Promised"
    DONE = "done", "Done"
    DONE_TOLD = "done_told", "Done, and they know"
    COULD_NOT = "could_not", "Could not do it, told them why"
    NOT_NEEDED = "not_needed", "No longer needed"


class MeetingState(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "We met"
    THEY_COULD_NOT = "could_not", "They couldn’t come"
    THEY_CHOSE_NOT = "chose_not", "They chose not to come"
    WE_MOVED = "moved", "We had to move it"
    WE_MISSED = "missed", "We missed it"
    ENDED = "ended", "Ended with their stay"


NOT_HELD = (MeetingState.THEY_COULD_NOT, MeetingState.THEY_CHOSE_NOT, MeetingState.WE_MOVED, MeetingState.WE_MISSED)


class Barrier(models.TextChoices):
    """What kept them from coming: something to help with, never counted as missing."""

    ILLNESS = "illness", "They were ill"
    TRANSPORT = "transport", "No way to get here"
    CHILD_CARE = "child_care", "Nobody to look after a child"
    WORK = "work", "Work"
    COURT = "court", "Court, or an office"


class Decided(models.TextChoices):
    """Who decided in a meeting."""

    THEY = "they", "They did"
    TOGETHER = "together", "We did, together"
    US = "us", "We did, because …"


class TalkState(models.TextChoices):
    PROMISED = "promised", "Promised another time"
    KEPT = "kept", "We talked then"
    MISSED = "missed", "We missed it"
    NOT_THERE = "not_there", "They didn’t come"
    WITHDRAWN = "withdrawn", "They no longer wanted to"
    ENDED = "ended", "Ended with their stay"


class UpdateKind(models.TextChoices):
    """What it is that they are to hear about their treatment."""

    WHERE = "where", "Where we are"
    PROGRESS = "progress", "Progress"
    SETBACK = "setback", "A setback"
    COMPLICATION = "complication", "A complication"
    CHANGE = "change", "A change"


class UpdateState(models.TextChoices):
    TO_TELL = "to_tell", "They don’t know yet"
    TOLD = "told", "They know"
    NOT_SO = "not_so", "It was not so"
    KEPT = "kept", "Kept for their return"
    ENDED = "ended", "Ended with their stay"


class Delay(models.TextChoices):
    """Why something is told on a planned day, not at once."""

    NOT_WELL = "not_well", "They are not well enough"
    NOT_SURE = "not_sure", "The result is not confirmed"
    NOT_ALONE = "not_alone", "Somebody should be with them"


class TurnedOut(models.TextChoices):
    """What became of what we told them to expect."""

    AS_SAID = "as_said", "As we said"
    PARTLY = "partly", "Partly"
    OTHERWISE = "otherwise", "Not as we said"


class HandoverState(models.TextChoices):
    """A change of primary that somebody is asked to accept."""

    ASKED = "asked", "Asked, not answered yet"
    ACCEPTED = "accepted", "Taken over, to be finished"
    DONE = "done", "Handed over"
    DECLINED = "declined", "Not taken over"
    ENDED = "ended", "No longer asked"


HANDED_OPEN = (HandoverState.ASKED, HandoverState.ACCEPTED)


class FeedbackWay(models.TextChoices):
    """How they are asked what they think of their care."""

    TABLET = "tablet", "On this device, which I hand over now"
    LINK = "link", "By a link for their own phone"
    DECLINED = "declined", "They were asked, and would rather not"


class PassedOn(models.TextChoices):
    """Whether a patient heard what their family said."""

    NOT_ASKED = "not_asked", "Not passed on"
    HEARD = "heard", "They wanted to hear it, and did"
    RATHER_NOT = "rather_not", "They would rather not hear it"


class WelcomeItem(models.TextChoices):
    """What is explained at the beginning of a stay. Source: the product's clinical page, "Welcome"."""

    RULES = "rules", "The rules of the house, and why"
    RIGHTS = "rights", "Their rights"
    COMPLAIN = "complain", "How to complain, here and outside"
    REACH = "reach", "When and how to reach us: the door is open"
    NEXT = "next", "What happens next"
    CHOICE = "choice", "One choice that is theirs"


class Tongue(models.TextChoices):
    """The languages of the form that patients fill in."""

    EN = "en", "English"
    ES = "es", "Español"


class ComeBack(models.TextChoices):
    """Would they come back, if need be?"""

    YES = "yes", "Yes"
    MAYBE = "maybe", "Maybe"
    NO = "no", "No"


class Sign(models.TextChoices):
    """What may say that a relationship is changing. Which rule says so stands in `interactions/signal_rules`."""

    SILENT = "silent", "We haven’t talked since …"
    WITHDRAWING = "withdrawing", "Quieter than usual"
    STEPS = "steps", "Agreed steps aren’t happening"
    MISSING = "missing", "Missed 2 of 3"
    RESTLESS = "restless", "Restless or guarded lately"
    FEEDBACK = "feedback", "Feedback is lower"
    WAITING = "waiting", "Waiting too long for us"
    ONLY_ONE = "only_one", "Knows only one of us"


class SignState(models.TextChoices):
    OPEN = "open", "Not asked about yet"
    ASKED = "asked", "I asked. They said …"
    NOT_SO = "not_so", "Not so, because …"
    WILL_ASK = "will_ask", "Will ask on …"
    STRUCK = "struck", "What it rested on was struck"
    PASSED = "passed", "It passed: we have talked since"


# These speak only while their cause lasts, and are asked of the facts at each look.
PASSING = (Sign.SILENT, Sign.WAITING)
SIGN_ANSWERS = (SignState.ASKED, SignState.NOT_SO, SignState.WILL_ASK)


class Standing(models.TextChoices):
    """How the relationship stands: by how many signs there are, never by a score."""

    STEADY = "steady", "Steady"
    ASK = "ask", "Worth asking"
    REACH_OUT = "reach_out", "Reach out today"


class Action(models.TextChoices):
    """What was done with a record; the words of its history."""

    RECORDED = "recorded", "Written down"
    ACKNOWLEDGED = "acknowledged", "Taken on"
    HANDED_OVER = "handed_over", "Handed to a colleague"
    WENT_BACK = "went_back", "Went back: nobody had taken it on"
    ANSWERED = "answered", "Answered"
    TOLD = "told", "Told"
    CONFIRMED = "confirmed", "Asked whether that answered it"
    REOPENED = "reopened", "Opened again"
    CLOSED = "closed", "Closed"
    TAKEN_OVER = "taken_over", "Taken over"
    VOICE = "voice", "Told somebody by voice"
    DONE = "done", "Done"
    COULD_NOT = "could_not", "Could not be done"
    NOT_NEEDED = "not_needed", "No longer needed"
    RESCHEDULED = "rescheduled", "Moved"
    HELD = "held", "Held"
    MISSED = "missed", "Did not take place"
    AMENDED = "amended", "Amended"
    CORRECTED = "corrected", "Corrected"
    STRUCK = "struck", "Struck"
    KEPT = "kept", "Kept"
    UNDONE = "undone", "Undone"
    NEW_OWNER = "new_owner", "Passed on with the care team"
    ASKED = "asked", "Asked about"
    PUT_OFF = "put_off", "Planned for another day"
    NOT_SO = "not_so", "It was not so"
    TURNED_OUT = "turned_out", "What happened"
    NO_LONGER = "no_longer", "No longer so"
    SETTLED = "settled", "Settled"
    ACCEPTED = "accepted", "Taken over"
    DECLINED = "declined", "Not taken over"
    TICKED = "ticked", "Went through the handover"
    READER_NAMED = "reader_named", "Named as a reader"
    READER_LEFT = "reader_left", "No longer a reader"
    REVIEWED = "reviewed", "Reviewed"
    DECIDED = "decided", "Decided"
    REPLACED = "replaced", "Replaced by another"


class MailKind(models.TextChoices):
    URGENT = "urgent", "At once"
    DIGEST = "digest", "Daily digest"
    ACCOUNT = "account", "About their account"
    RESET = "reset", "New password"
    TEST = "test", "Test mail"


class MailState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    CLAIMED = "claimed", "Being sent"
    SENT = "sent", "Sent"
    EMPTY = "empty", "Nothing left to say"
    FAILED = "failed", "Failed"
    GIVEN_UP = "given_up", "Given up"
