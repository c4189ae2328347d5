"""Boundary events: who sees one, who looks at it and by when, and who never learns that there is one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from interactions.boundary_choices import KINDS_OF, EventKind, EventState, Weight
from interactions.boundary_pattern import signs
from interactions.models import BoundaryEvent, Reminder
from interactions.planning import plan_all
from interactions.services.boundary_events import note_event, review
from interactions.services.checkins import log_conversation
from patients.choices import CareRole
from patients.services import assign
from staff.calendar import DAY
from staff.models import AccessEntry
from staff.roles import Role
from staff.wording import HOUR, MINUTE
from tests.factories import NOW, make_break_glass, make_floor, make_restriction, make_staff, switch_on

CANARY = "a watch with his name on it"


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)


@pytest.fixture
def deputy(residential, north):
    residential.deputy = make_staff("rhea", Role.SUPERVISOR, north)
    residential.save(update_fields=["deputy"])
    return residential.deputy


@pytest.fixture
def nurse(dana, vera):
    nurse = make_staff("nina")
    assign(patient=dana, staff=nurse, role=CareRole.NURSE, by=vera, now=NOW - DAY)
    return nurse


def note(patient, by, weight=Weight.TALK, kind=EventKind.GIFT, **over):
    return note_event(patient=patient, by=by, now=NOW, weight=weight, kind=kind, words=CANARY, **over)


def serious(patient, by, **over):
    return note(patient, by, Weight.SERIOUS, EventKind.HARASSMENT, **over)


def text(answer):
    return answer.content.decode()


def told(rule="boundary_event_serious", now=NOW):
    plan_all(now)
    found = Reminder.objects.standing().filter(rule=rule).values_list("stage", "recipient__username")
    return sorted(found)


def test_its_words_stand_on_no_page_of_anybody_but_the_author_and_the_supervisor(
    sign_in, dana, mara, vera, ada, otto, nils, sione, nurse, residential
):
    event = note(dana, mara)
    floor, night = make_staff("flo"), make_staff("rosa")
    make_floor(residential, floor)
    make_break_glass(dana, night, NOW)
    here = f"/patients/{dana.ref}/"
    pages = [event.get_absolute_url(), here, f"{here}?kind=boundary_event", f"{here}boundaries/", f"{here}brief/",
             f"{here}access/", "/today/", "/team/", "/team/boundaries/", "/manage/boundaries/", "/manage/reviews/",
             "/manage/reviews/boundaries/", "/manage/access-log/", "/reminders/", "/floor/"]  # fmt: skip

    for member in (nurse, floor, night, ada, otto, nils, sione):
        browser = sign_in(member)
        for page in pages:
            shown = text(browser.get(page))
            assert CANARY not in shown and str(event.ref) not in shown, (member, page)
        assert browser.get(event.get_absolute_url()).status_code in (403, 404)
        found = browser.post(f"{here}find/", {"q": "watch"}, follow=True)
        assert str(event.ref) not in text(found), member
    for member in (mara, vera):
        assert CANARY in text(sign_in(member).get(event.get_absolute_url()))


def test_it_is_in_no_brief_and_no_export_even_of_those_who_see_it(sign_in, dana, mara):
    note(dana, mara)
    browser = sign_in(mara)

    assert CANARY not in text(browser.get(f"/patients/{dana.ref}/brief/"))
    assert "Boundary" not in text(browser.get(f"/patients/{dana.ref}/access/")).partition("What we hold")[2]


def test_whom_it_concerns_never_sees_it_not_even_as_the_lead(sign_in, dana, mara, vera, deputy):
    event = serious(dana, mara, concerns=vera)

    assert sign_in(vera).get(event.get_absolute_url()).status_code == 404
    assert CANARY not in text(sign_in(vera).get("/team/boundaries/"))
    assert CANARY in text(sign_in(deputy).get(event.get_absolute_url()))
    assert told() == [("supervisor", "rhea")]


def test_the_auditor_sees_kind_moment_and_whether_it_was_reviewed(sign_in, dana, mara, vera, otto):
    event = note(dana, mara)
    waiting = text(sign_in(otto).get("/manage/reviews/boundaries/"))
    review(event=event, words="We talked.", by=vera, now=NOW)
    done = text(sign_in(otto).get("/manage/reviews/boundaries/"))

    for page in (waiting, done):
        assert "A larger gift" in page and CANARY not in page and "Dana" not in page
    assert ">Reviewed</span>" not in waiting and "Reviewed" in done


def test_a_note_is_looked_at_by_nobody(dana, mara, vera, residential):
    switch_on(residential, "boundary_event_not_reviewed")
    event = note(dana, mara, Weight.NOTE, EventKind.SMALL_GIFT)

    assert (event.state, event.review_due_at) == (EventState.NOTED, None)
    assert told("boundary_event_not_reviewed") == [] == told()
    with pytest.raises(ValidationError):
        review(event=event, words="Nice", by=vera, now=NOW)


def test_what_is_to_be_talked_over_waits_three_working_days_then_the_admin_hears(
    dana, mara, vera, ada, residential, sign_in
):
    switch_on(residential, "boundary_event_not_reviewed")
    event = note(dana, mara)

    assert event.review_due_at == NOW + 5 * DAY  # from Wednesday over a weekend to Monday
    assert told("boundary_event_not_reviewed") == [("supervisor", "vera")]
    assert told("boundary_event_not_reviewed", NOW + 6 * DAY) == [("admin", "ada"), ("supervisor", "vera")]
    page = text(sign_in(ada).get("/manage/reminders/"))
    assert "A boundary to talk over" in page and "Dana" not in page and CANARY not in page
    review(event=event, words="We talked.", by=vera, now=NOW + 6 * DAY)
    assert told("boundary_event_not_reviewed", NOW + 6 * DAY) == []


def test_what_is_serious_is_looked_at_by_two_within_the_hour(dana, mara, vera, nurse, ada):
    event = serious(dana, mara, second_staff=nurse)

    assert told() == [("second", "nina"), ("supervisor", "vera")]
    assert told(now=NOW + HOUR) == [("admin", "ada"), ("second", "nina"), ("supervisor", "vera")]
    event = review(event=event, words="Spoken with.", by=vera, now=NOW + HOUR, instead_staff=nurse)
    assert event.state == EventState.WAITING
    assert told(now=NOW + HOUR) == [("admin", "ada"), ("second", "nina")]
    event = review(event=event, words="So do I.", by=nurse, now=NOW + HOUR)
    assert (event.state, event.instead_staff, event.reviewed_by) == (EventState.REVIEWED, nurse, vera)
    assert told(now=NOW + HOUR) == []


def test_the_second_person_is_the_deputy_unless_another_is_named(dana, mara, deputy, vera, nils):
    assert serious(dana, mara).second_staff == deputy
    assert serious(dana, mara, concerns=deputy).second_staff is None
    for wrong in (mara, nils):  # the author; somebody who does not see them
        with pytest.raises(ValidationError):
            serious(dana, mara, second_staff=wrong)


def test_nobody_reviews_what_concerns_themself(dana, vera, deputy, mara):
    about_me = note(dana, vera)

    with pytest.raises(ValidationError):
        review(event=about_me, words="Fine", by=vera, now=NOW)
    assert review(event=about_me, words="Fine", by=deputy, now=NOW).state == EventState.REVIEWED


def test_when_the_lead_writes_of_themself_and_has_no_deputy_the_admin_hears(dana, vera, ada):
    serious(dana, vera)

    assert told() == []
    assert told(now=NOW + HOUR) == [("admin", "ada")]


def test_an_admin_hears_nothing_of_what_is_about_them(dana, mara, ada, sign_in, vera, at):
    assign(patient=dana, staff=ada, role=CareRole.CASE_MANAGER, by=vera, now=NOW - DAY)
    serious(dana, mara, concerns=ada)
    at(NOW + HOUR)

    assert ("admin", "ada") not in told(now=NOW + HOUR)
    for page in ("fired", "coming"):
        assert (
            "A boundary to look at today"
            not in text(sign_in(ada).get(f"/manage/reminders/{page}/")).partition("<table")[2]
        )


def test_of_a_restricted_record_only_its_lead_hears(dana, mara, vera, north):
    keeper = make_staff("kira", Role.SUPERVISOR, north)
    make_restriction(dana, keeper, began_at=NOW - DAY)
    event = serious(dana, mara)

    assert told() == [("supervisor", "kira")]
    assert BoundaryEvent.objects.visible_to(keeper, NOW).get() == event
    assert not BoundaryEvent.objects.visible_to(vera, NOW).exists()


def test_a_kind_is_at_least_as_heavy_as_its_heading(dana, mara):
    for kind in KINDS_OF[Weight.SERIOUS]:
        for weight in (Weight.NOTE, Weight.TALK):
            with pytest.raises(ValidationError):
                note(dana, mara, weight, kind)
    event = note(dana, mara, Weight.SERIOUS, EventKind.SMALL_GIFT)
    with pytest.raises(IntegrityError), transaction.atomic():
        BoundaryEvent.objects.filter(pk=event.pk).update(kind=EventKind.ROMANTIC, weight=Weight.TALK)
    for audience in ("team", "care_team", "named"):
        with pytest.raises(IntegrityError), transaction.atomic():
            BoundaryEvent.objects.update(audience=audience)


def test_it_is_written_and_reviewed_on_its_pages(sign_in, dana, mara, vera):
    sent = {"weight": "talk", "kind": "gift", "words": CANARY, "consulted": "Nina", "told_words": "That it is kind"}
    form = text(sign_in(mara).get(f"/patients/{dana.ref}/boundary-events/new/"))
    saved = sign_in(mara).post(f"/patients/{dana.ref}/boundary-events/new/", sent, follow=True)
    event = BoundaryEvent.objects.get()

    assert "Never write that a colleague is in recovery" in form
    assert CANARY in text(saved) and "Waits for its review" in text(saved) and "What came of it?" not in text(saved)
    assert sign_in(mara).post(f"{event.get_absolute_url()}review/", {"words": "Fine"}).status_code == 404
    assert event.get_absolute_url() in text(sign_in(vera).get("/team/boundaries/"))
    done = sign_in(vera).post(f"{event.get_absolute_url()}review/", {"words": "It goes back"}, follow=True)
    assert "It goes back" in text(done)
    assert event.get_absolute_url() not in text(sign_in(vera).get("/team/boundaries/"))
    assert AccessEntry.objects.doing("boundaryevent.reviewed").exists()


def test_too_light_a_weight_is_refused_beside_the_kind(sign_in, dana, mara):
    sent = {"weight": "note", "kind": "romantic", "words": CANARY}
    page = text(sign_in(mara).post(f"/patients/{dana.ref}/boundary-events/new/", sent))

    assert "This is heavier than that" in page and CANARY in page


# The sign


def late_contact(patient, by, at):
    made = log_conversation(patient=patient, by=by, now=at, happened="talked", channel="text", text="Late")
    type(made).objects.filter(pk=made.pk).update(out_of_hours=True)
    return made


def test_the_sign_is_for_that_staff_member_and_the_supervisor_only(sign_in, dana, mara, vera, nurse, nils):
    made = [late_contact(dana, mara, NOW - n * DAY) for n in range(3)]

    shown = {one.username: [sign.staff for sign in signs(dana, one, NOW)] for one in (mara, vera, nurse, nils)}
    pages = {one.username: text(sign_in(one).get(f"/patients/{dana.ref}/boundaries/")) for one in (mara, vera, nurse)}

    assert shown == {"mara": [mara], "vera": [mara], "nina": [], "nils": []}
    assert {who: "More than one person should carry?" in page for who, page in pages.items()} == {
        "mara": True, "vera": True, "nina": False,
    }  # fmt: skip
    assert all(str(one.ref) in pages["vera"] for one in made)


def test_the_sign_counts_only_what_its_reader_may_see(dana, mara, vera, deputy, nurse):
    for _ in range(2):
        note(dana, nurse, concerns=vera)

    assert [sign.staff for sign in signs(dana, deputy, NOW)] == [vera]
    assert signs(dana, vera, NOW) == [] == signs(dana, nurse, NOW)


def test_waiting_ones_do_not_stand_for_longer_than_their_time(dana, mara, vera):
    for n in range(3):
        late_contact(dana, mara, NOW - n * MINUTE)

    assert signs(dana, mara, NOW)
    assert not signs(dana, mara, NOW + 14 * DAY)


def test_the_deputy_who_looked_as_the_second_person_does_not_look_for_the_supervisor_too(
    dana, mara, vera, deputy, nurse
):
    event = serious(dana, mara, instead_staff=nurse)
    event = review(event=event, words="So do I.", by=deputy, now=NOW)
    event.patient = dana

    with pytest.raises(ValidationError):
        review(event=event, words="And again.", by=deputy, now=NOW)
    assert not BoundaryEvent.objects.to_review_by(deputy).exists()
    assert review(event=event, words="Spoken with.", by=vera, now=NOW).state == EventState.REVIEWED


def test_where_the_second_person_cannot_look_any_more_the_supervisor_names_another(dana, mara, vera, nurse, nils):
    assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW - DAY)
    event = serious(dana, mara, second_staff=nurse, instead_staff=nils)
    event = review(event=event, words="Spoken with.", by=vera, now=NOW)
    event.patient = dana
    with pytest.raises(ValidationError, match="Name somebody"):
        review(event=event, words="Nina has left.", by=vera, now=NOW)

    event = review(event=event, words="Nina has left.", by=vera, now=NOW, second_staff=nils)
    event.patient = dana

    assert told() == [("second", "nils")]
    assert BoundaryEvent.objects.visible_to(nils, NOW).get() == event
    assert review(event=event, words="So do I.", by=nils, now=NOW).state == EventState.REVIEWED


def test_what_is_serious_is_not_reviewed_before_it_is_said_who_is_there_for_them_and_who_looks_too(
    dana, mara, vera, nurse
):
    event = serious(dana, mara)

    with pytest.raises(ValidationError, match="say who"):
        review(event=event, words="Spoken with.", by=vera, now=NOW)
    event = review(event=event, words="Spoken with.", by=vera, now=NOW, instead_staff=nurse)
    assert event.state == EventState.WAITING, "nobody has looked beside the supervisor"
