"""A patient's whole record as tables: of each kind exactly what the viewer may see now, and what was done with it.

Counseling notes stay behind, also for their author: they are kept apart from the record, and need a consent of their
own to go anywhere (42 CFR 2.11, 2.31(b)). Boundary events and safety reports, which are about staff and about others,
and signs, which are working notes, go nowhere.
"""

from interactions.models import (
    BoundaryAgreement,
    BoundaryEvent,
    CheckIn,
    CheckInText,
    Concern,
    CounselingNote,
    FamilyMessage,
    Feedback,
    FollowUp,
    Handover,
    HistoryEntry,
    Meeting,
    SafetyReport,
    SafetyResponse,
    Signal,
    Step,
    StepAsked,
    TalkRequest,
    Turn,
    Update,
    Welcome,
)
from patients.exports import Sheet
from patients.models import (
    Adjustment,
    CareTeamMember,
    Consent,
    ConsentEnding,
    Disclosure,
    Episode,
    Fact,
    Goal,
    Need,
    OutreachDay,
    Pause,
    Placement,
    SafeContact,
    SafetyPlan,
    SafetyPlanMark,
    SupportPerson,
    TransitionWatch,
)

# Of no meaning outside (keys, folded words, counters), or the id of another record that the viewer may not see.
LEFT_OUT = {
    "id", "patient", "folded", "version", "audience", "not_for", "as_primary", "turn_count", "source_id",
    "escalates_at", "check_in", "meeting", "concern", "episode", "ack_due_at", "times_unsettled", "consent",
    "feedback", "invitation", "person", "replaced_by_consent", "out_of_hours", "watch", "counts_from_at",
}  # fmt: skip
KINDS = (
    ("conversations", "Conversations, and tries to have one", CheckIn),
    ("concerns", "Concerns", Concern),
    ("promises", "Promises", FollowUp),
    ("meetings", "Meetings", Meeting),
    ("talks", "Talks that were promised", TalkRequest),
    ("steps", "Steps they chose", Step),
    ("goals", "Their goals", Goal),
    ("needs", "What they need", Need),
    ("adjustments", "What we do differently", Adjustment),
    ("safety-plans", "Their safety plan, each version", SafetyPlan),
    ("agreements", "What was agreed about contact", BoundaryAgreement),
    ("facts", "What is known of their life", Fact),
    ("handovers", "Handovers to another primary", Handover),
    ("days", "Days to be in touch", OutreachDay),
    ("updates", "What they were told, and what to expect", Update),
    ("feedback", "What they say of their care", Feedback),
    ("support", "Who stands by them", SupportPerson),
    ("family", "What family said, kept apart", FamilyMessage),
    ("welcomes", "What was explained at the beginning", Welcome),
    ("consents", "Consents", Consent),
    ("disclosures", "What was given to others", Disclosure),
)
KEPT_APART = {CounselingNote, BoundaryEvent, SafetyReport, Signal}
PERSON = ("record_number", "given_name", "family_name", "preferred_name", "pronouns", "born_on", "phone", "email",
          "address", "language", "interpreter", "decides", "wants_milestones", "died_on")  # fmt: skip


def sheets_of(patient, viewer, now):
    """The record of `patient`, whom `viewer` may see, as `Sheet`s."""
    sheets, refs, keys = [*person_sheets(patient)], [], {}
    for name, title, model in KINDS:
        records = list(related(model, model.objects.of(patient).visible_to(viewer, now).order_by("recorded_at", "pk")))
        sheets.append(table(name, title, model, records))
        keys[model] = {record.pk: record.ref for record in records}
        refs += keys[model].values()
    return [*sheets, *parts(keys), history(refs)]


def person_sheets(patient):
    """Who they are, how they are reached, their stays and who cared for them."""
    fields = [patient._meta.get_field(name) for name in PERSON]
    about = [(field.verbose_name.capitalize(), said(patient, field)) for field in fields]
    yield Sheet("about", "About", ("What", "As written"), [row for row in about if row[1] not in ("", None)])
    stays = {
        "reach": ("Ways to reach them safely", SafeContact, SafeContact.objects.of(patient)),
        "care-team": ("The care team, now and before", CareTeamMember, CareTeamMember.objects.of(patient)),
        "stays": ("Stays", Episode, Episode.objects.of(patient).newest_first()),
        "programs": ("Programs during the stays", Placement, Placement.objects.of(patient)),
        "pauses": ("Pauses", Pause, Pause.objects.of(patient)),
        "staying-close": ("When we stayed close", TransitionWatch, TransitionWatch.objects.of(patient)),
    }
    for name, (title, model, rows) in stays.items():
        yield table(name, title, model, related(model, rows))


def parts(keys):
    """What belongs to a record and stands in a table of its own: only of records that are shown."""
    texts = CheckInText.objects.filter(check_in__in=keys[CheckIn]).order_by("check_in", "version")
    turns = Turn.objects.filter(check_in__in=keys[CheckIn]).order_by("check_in", "position")
    safety = SafetyResponse.objects.filter(concern__in=keys[Concern]).order_by("pk")
    endings = ConsentEnding.objects.filter(consent__in=keys[Consent]).order_by("ended_at", "pk")
    asked = StepAsked.objects.filter(step__in=keys[Step]).order_by("step", "asked_at")
    marks = SafetyPlanMark.objects.filter(plan__in=keys[SafetyPlan]).order_by("plan", "marked_at", "pk")
    for name, title, model, rows, parent, of in (
        ("words", "What was written about conversations", CheckInText, texts, "check_in", CheckIn),
        ("turns", "Conversations word for word", Turn, turns, "check_in", CheckIn),
        ("safety", "What was done about safety", SafetyResponse, safety, "concern", Concern),
        (
            "safety-plan-marks",
            "When a safety plan was looked at again, or given along",
            SafetyPlanMark,
            marks,
            "plan",
            SafetyPlan,
        ),
        ("steps-asked", "How steps went", StepAsked, asked, "step", Step),
        ("consents-ended", "How consents ended", ConsentEnding, endings, "consent", Consent),
    ):
        found = list(related(model, rows))
        yield table(name, title, model, found, {row.pk: keys[of][getattr(row, f"{parent}_id")] for row in found})


def history(refs):
    """What was done with the records that are shown, by whom."""
    entries = HistoryEntry.objects.filter(record_ref__in=refs).select_related("by").order_by("happened_at", "pk")
    columns = ("Record", "When", "What", "Words", "By")
    rows = [
        (one.record_ref, one.happened_at, one.get_action_display(), one.words, one.by and one.by.name)
        for one in entries
    ]
    return Sheet("history", "What was done with them", columns, rows)


def columns_of(model):
    """The fields of `model` that are shown, `ref` apart."""
    left_out = LEFT_OUT | {"ref", "step", "extra", "plan"}
    return [field for field in model._meta.concrete_fields if field.name not in left_out]


def related(model, rows):
    """`rows` with the people and programs that they name, in one query."""
    names = [field.name for field in columns_of(model) if field.is_relation]
    return rows.select_related(*names) if names else rows


def table(name, title, model, records, parents=None):
    """Records as a table: which one it is (or belongs to), then each field under its own name."""
    fields = columns_of(model)
    columns = ("Record", *(field.verbose_name.capitalize() for field in fields))
    rows = [
        ((parents or {}).get(record.pk) or getattr(record, "ref", ""), *(said(record, field) for field in fields))
        for record in records
    ]
    return Sheet(name, title, columns, rows)


def said(record, field):
    """A field's value in words: choices by their labels, a person or program by name."""
    labels = getattr(record, f"{field.name}_labels", None)
    if labels is not None:
        return ", ".join(labels)
    display = getattr(record, f"get_{field.name}_display", None)
    if display:
        return display()
    value = getattr(record, field.name)
    return value.name if field.is_relation and value else value
