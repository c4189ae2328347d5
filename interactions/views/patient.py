"""The patient's page: who they are, what is owed, and the relationship as it went."""

import uuid
from dataclasses import replace

from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from interactions import debts, signals
from interactions.calm import calm_for
from interactions.feedback import newest, trend
from interactions.last_time import last_time_of
from interactions.models import Meeting, Update
from interactions.my_day import debt_line
from interactions.news import news_of, note_visit
from interactions.patient_header import header_of
from interactions.ready_reply import while_primary_is_away
from interactions.safety_plans import freshness, holding
from interactions.shown import ago
from interactions.timeline import KINDS, Place, timeline
from patients.access import may_write, open_patient
from patients.choices import FactKind
from patients.models import Fact
from staff.access import requires
from staff.roles import Permission
from staff.searches import remember, remembered


@require_GET
@requires(Permission.PATIENT_VIEW)
def patient_page(request, ref):
    patient = open_patient(request, ref, emergency=True)
    kind = request.GET.get("kind")
    kind = kind if kind in KINDS else None
    key = request.GET.get("s", "")
    typed = remembered(request, key)
    everything = request.GET.get("scope") == "all"
    entries, after = timeline(
        patient,
        request.user,
        request.now,
        kind=kind,
        typed=typed,
        since=None if everything else patient.latest_episode.admitted_at,
        before=Place.parse(request.GET.get("before")),
    )
    since = None if patient.read_only else note_visit(patient, request.user, request.now)
    header = header_of(patient, request.now)
    where = where_we_are(patient, request.user, request.now)
    owed = debts.of_patient(patient, request.user, request.now)
    asked = {"kind": kind, "s": key if typed else None, "scope": "all" if everything else None}
    return TemplateResponse(
        request,
        "interactions/patient_page.html",
        {
            "patient": patient,
            "header": header,
            "relationship": signals.of_patient(patient, request.user, request.now, paused=header.pause is not None),
            "known": to_know(patient, request.user, request.now),
            "where": where,
            "where_age": where and ago(where.told_at, request.now),
            "safety_plan": freshness(holding(patient, request.user, request.now), request.now),
            "trend": trend(newest(patient, request.user, request.now)),
            "last_time": last_time_of(patient, request.user, request.now),
            "calm": calm_for(patient, request.user, request.now),
            "news": news_of(patient, request.user, request.now, since),
            "next_meeting": next_meeting(patient, request.user, request.now),
            "debts": [owed_line(debt, request.now) for debt in owed[:7]],
            "debts_more": len(owed) - 7,
            "debt_sentence": debts.sentence(owed, patient.called),
            "entries": entries,
            "typed": typed,
            "kind": kind,
            "chips": chips(patient, asked),
            "scopes": scopes(patient, asked, everything),
            "older_url": after and address(patient, asked, before=after),
            "newest_url": address(patient, asked) if request.GET.get("before") else None,
            "reply": may_write(request.user, patient)
            and while_primary_is_away(patient, header.primary and header.primary.staff, request.user, request.now),
            "hello_token": uuid.uuid4(),
            "may_write": may_write(request.user, patient),
            "may_counsel": request.user.may(Permission.COUNSELING),
            "may_note": patient.read_only and patient.died_on is None,
            "now": request.now,
        },
    )


def owed_line(debt, now):
    """A debt on its patient's own page, where who is to settle it stands in place of the patient."""
    return replace(debt_line(debt, now), who=debt.owner, who_url="")


def next_meeting(patient, viewer, now):
    return Meeting.objects.on_pages_of(patient, viewer, now).planned().after(now).soonest_first().first()


TO_KNOW = (FactKind.ADDRESS, FactKind.DONT_RAISE, FactKind.CALMS)


def to_know(patient, viewer, now):
    """What to know before knocking on the door: facts of these kinds that hold, as (label, is_warning, words)."""
    facts = Fact.objects.on_pages_of(patient, viewer, now).holding().of_kinds(*TO_KNOW).in_order()
    return [(fact.get_kind_display(), fact.kind == FactKind.DONT_RAISE, fact.words) for fact in facts]


def where_we_are(patient, viewer, now):
    """What they were last told about where they are and what comes next, or None."""
    return Update.objects.on_pages_of(patient, viewer, now).where_we_are(patient.latest_episode).first()


def address(patient, asked, **over):
    """The page's address with these query values; empty ones are left out."""
    values = {name: str(value) for name, value in {**asked, **over}.items() if value}
    return reverse("interactions:patient_page", args=[patient.ref], query=values)


def chips(patient, asked):
    everything = {"label": "Everything", "url": address(patient, asked, kind=None), "current": asked["kind"] is None}
    return [
        everything,
        *(
            {"label": label, "url": address(patient, asked, kind=kind), "current": asked["kind"] == kind}
            for kind, label in KINDS.items()
        ),
    ]


def scopes(patient, asked, everything):
    return [
        {"label": "This stay", "url": address(patient, asked, scope=None), "current": not everything},
        {"label": "All stays", "url": address(patient, asked, scope="all"), "current": everything},
    ]


@require_POST
@requires(Permission.PATIENT_VIEW)
def timeline_search(request, ref):
    patient = open_patient(request, ref)
    key = remember(request, request.POST.get("q", ""))
    return redirect(address(patient, {"s": key, "scope": request.POST.get("scope") == "all" and "all"}))
