"""No note is lost: what is typed into an opened form is kept on the server until the form is saved, else for 7 days.

Each opened form carries a signed pass that says whose form it is, about whom, and where. The pass lets text be written
into that one draft and nothing be read, so that it needs no session: words survive one that has ended meanwhile.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.urls import Resolver404, resolve

from interactions.models import Draft
from patients.models import Patient
from staff.forms import LONGEST_NOTE, Typed
from staff.models import StaffMember, SubmittedForm

KEPT_FOR = timedelta(days=7)
PASS_FOR = timedelta(hours=24)
NOT_KEPT = {"csrfmiddlewaretoken", "form_token", "draft", "hinted", "confirm_password", "confirm_then", "password"}
SIGNER = Signer(salt="draft")
FIRST_WORDS = 80
WORDS = {"text", "words", "what", "topic", "note", "because", "explained", "agenda"}  # where sentences are typed


class TooLong(ValueError):
    """More than one draft can hold."""


class Saved(ValueError):
    """The form was saved already: what is typed into it now needs a form of its own."""


@dataclass(frozen=True)
class DraftPass:
    """What a form may do without a session: write its own words down."""

    token: uuid.UUID
    by: str
    patient: str
    path: str
    continues: str
    signed_at: float

    def is_good(self, now):
        return now.timestamp() - self.signed_at < PASS_FOR.total_seconds()


def signed_pass(*, token, by, patient, path, now, continues=""):
    """The pass of a form that `by` opened, in letters."""
    return SIGNER.sign_object(
        [str(token), str(by.ref), str(patient.ref) if patient else "", path, str(continues), now.timestamp()]
    )


def pass_of(letters):
    """The `DraftPass` that somebody sent, however old, or None when it was not signed here."""
    try:
        token, *others = SIGNER.unsign_object(letters)
        return DraftPass(uuid.UUID(token), *others)
    except (BadSignature, ValueError, TypeError):
        return None


def renewed(letters, *, user, now):
    """The same pass with its day before it, for whoever opened the form; else None."""
    known = pass_of(letters)
    if known is None or known.by != str(user.ref):
        return None
    return SIGNER.sign_object([str(known.token), known.by, known.patient, known.path, known.continues, now.timestamp()])


@transaction.atomic
def keep(known, pairs, *, counter, now):
    """Keeps what was typed under the pass `known`. What was typed earlier never overwrites what was typed later, and
    nothing is kept of a form that was saved.

    Raises `TooLong` when it is more than a note can hold, and `Saved` when there is no more use for it.
    """
    pairs = [(name, value.replace("\r\n", "\n")) for name, value in pairs if name not in NOT_KEPT]
    if sum(len(value.encode(errors="replace")) for _, value in pairs) > LONGEST_NOTE:
        raise TooLong
    if SubmittedForm.objects.filter(token=known.token, by__ref=known.by).exists():
        raise Saved
    fields = {"text": json.dumps(pairs), "counter": counter, "saved_at": now}
    mine = Draft.objects.with_token(known.token)
    if mine.outdated_by(counter).update(**fields) or mine.exists():
        return
    draft = Draft(
        token=known.token,
        continues=known.continues or None,
        by=StaffMember.objects.get(ref=known.by),
        patient=Patient.objects.filter(ref=known.patient).first() if known.patient else None,
        path=known.path,
        **fields,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:  # the same form, at the same moment
        mine.outdated_by(counter).update(**fields)


def drop(token, continues=""):
    """Forgets the draft of a form that was saved, and those that it went on from. Where nothing more was typed, the
    form has no draft of its own: then the one that it `continues`.
    """
    if not Draft.objects.followed_by(token).delete()[0] and continues:
        Draft.objects.followed_by(continues).delete()


def sweep(now):
    """Forgets what was saved meanwhile, and what nobody touched for 7 days."""
    Draft.objects.over(now - KEPT_FOR).delete()


def to_go_on_with(user, path, ref):
    """The draft of `user` for the form at `path` that they ask to go on with, or None."""
    try:
        return Draft.objects.of(user).unsaved().on(path).with_ref(uuid.UUID(ref))
    except ValueError:
        return None


def pairs_of(draft):
    return [(name, value) for name, value in json.loads(draft.text)]


def typed(draft, token):
    """What was typed, as the data of a form that is opened anew and bears `token`."""
    data = Typed(mutable=True)
    for name, value in pairs_of(draft):
        data.appendlist(name, value)
    data["form_token"] = str(token)
    return data


def first_words(draft):
    """The beginning of the longest thing that was typed."""

    def weight(pair):
        name, value = pair
        return name.rpartition("-")[2] in WORDS, " " in value, len(value)

    name, longest = max(pairs_of(draft), key=weight, default=("", ""))
    words = " ".join(longest.split()) if name.rpartition("-")[2] in WORDS or " " in longest else ""
    return words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS].rsplit(' ', 1)[0]} …"


FORMS = {
    "interactions:check_in_new": "A conversation",
    "interactions:check_in_amend": "A correction of a conversation",
    "interactions:concern_new": "A concern",
    "interactions:follow_up_new": "A promise",
    "interactions:meeting_new": "A meeting",
    "interactions:talk_request_new": "A talk for another time",
    "interactions:counseling_note_new": "A counseling note",
    "interactions:counseling_note_amend": "A correction of a counseling note",
    "interactions:concern_act": "A word about a concern",
    "interactions:follow_up_act": "A word about a promise",
    "interactions:meeting_act": "A word about a meeting",
    "interactions:talk_request_act": "A word about a promised talk",
    "interactions:signal_answer": "What they said about a sign",
    "interactions:update_new": "Something to tell them",
    "interactions:update_act": "A word about what they are told",
    "interactions:feedback_act": "A word about what they say of their care",
    "interactions:support_new": "Somebody who stands by them",
    "interactions:support_edit": "Somebody who stands by them",
    "interactions:support_person_act": "A word about who stands by them",
    "interactions:family_message_new": "What family said",
    "interactions:family_message_act": "A word about what family said",
    "interactions:welcome_new": "A welcome",
    "interactions:fact_new": "Something about them",
    "interactions:fact_act": "A word about them",
    "interactions:staying_close_begin": "The beginning of staying close",
    "interactions:staying_close_asked": "What they said about where they are",
    "interactions:staying_close_end": "The end of staying close",
    "interactions:outreach_day_act": "A word about a day to be in touch",
    "interactions:handover_new": "A handover",
    "interactions:handover_act": "A word about a handover",
    "interactions:need_new": "A need",
    "interactions:goal_new": "A goal",
    "interactions:adjustment_new": "Something to do differently",
    "interactions:need_act": "A word about the plan",
    "interactions:goal_act": "A word about the plan",
    "interactions:adjustment_act": "A word about the plan",
    "interactions:safety_plan_new": "A safety plan",
    "interactions:safety_plan_act": "A day for a safety plan",
    "interactions:agreement_new": "An agreement about contact",
    "interactions:agreement_act": "A word about an agreement",
    "interactions:boundary_event_new": "A boundary event",
    "interactions:boundary_event_review": "A review",
    "interactions:check_in_hours": "What you want support with",
    "interactions:safety_report_new": "A safety report",
    "interactions:safety_report_decide": "What was decided",
    "interactions:floor_round": "A round on the floor",
    "interactions:episode_act": "A change of a stay",
    "patients:new": "An admission",
    "patients:consent_new": "A consent",
    "patients:disclosure_new": "Something given to somebody",
}


# Their fields hold what stands in the record before anybody types.
SHOW_THE_RECORD = {
    "interactions:check_in_amend", "interactions:counseling_note_amend", "patients:about_edit", "patients:consent_new",
    "patients:consent_end", "interactions:episode_act", "interactions:goal_act", "interactions:floor_round",
    "interactions:safety_report_decide", "interactions:safety_plan_new",
}  # fmt: skip


def is_closed(draft):
    """Whether its author may no longer read it: it shows the record of somebody whom they may not see now."""
    if draft.patient_id is None or draft.shows:
        return False
    try:
        return resolve(draft.path).view_name in SHOW_THE_RECORD
    except Resolver404:
        return True


def form_name(path):
    """Which form stands at `path`, in words."""
    try:
        return FORMS.get(resolve(path).view_name, "A form")
    except Resolver404:
        return "A form"


def counter_at(moment):
    """The counter of words that arrive with the form itself: later than any that its page sent before."""
    return int(moment.timestamp() * 1000)
