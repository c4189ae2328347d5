"""What break-glass does not open, whom it tells, and how it is reviewed."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from interactions.models import Mail, Reminder
from interactions.reminders import run_pass
from interactions.services.concerns import raise_concern
from interactions.services.promises import promise
from patients import break_glass
from patients.break_glass import LASTS, REVIEWED_WITHIN
from staff.calendar import DAY
from staff.choices import Basis
from staff.models import AccessEntry
from staff.roles import Role
from staff.wording import MINUTE
from tests.factories import WHY, make_break_glass, make_episode, make_patient, make_staff


@pytest.fixture
def moment(at):
    """The log's clock is the database's own, so these tests live now."""
    moment = timezone.now()
    at(moment)
    return moment


def find(client, **typed):
    return client.post("/break-glass/", typed)


def text(answer):
    return answer.content.decode()


PAGES = ["", "about/", "care-team/", "episodes/", "access/", "check-ins/new/"]
LISTS = ["/patients/", "/today/", "/concerns/", "/concerns/?whose=all", "/follow-ups/?whose=all",
         "/meetings/?whose=all", "/reminders/", "/break-glass/nothing/"]  # fmt: skip


def test_the_patient_enters_no_list_no_search_and_no_count(moment, sign_in, nils, mara, dana):
    raise_concern(patient=dana, words="I am not safe", urgency="safety", by=mara, now=moment)
    promise(patient=dana, what="Call", due_at=moment + MINUTE, by=mara, now=moment)
    make_break_glass(dana, nils, moment)
    client = sign_in(nils)
    run_pass(now=moment + 2 * MINUTE)

    pages = [text(client.get(page)) for page in LISTS]
    pages.append(text(client.post("/patients/search/", {"q": dana.record_number}, follow=True)))
    pages.append(text(client.post("/patients/search/", {"q": "Dana"}, follow=True)))

    for page in pages:
        assert "Whitfield" not in page and str(dana.ref) not in page
    assert not Reminder.objects.filter(recipient=nils).exists()
    assert not Mail.objects.filter(recipient=nils).exists()


def test_a_supervisor_from_elsewhere_gets_no_figure_of_it(moment, sign_in, sione, iop_south, mara, dana):
    raise_concern(patient=dana, words="Where is my guitar?", by=mara, now=moment - 30 * DAY)
    before = text(sign_in(sione).get("/team/"))
    make_break_glass(dana, sione, moment)

    def bare(page):
        return [line for line in page.splitlines() if "csrf" not in line]

    assert bare(text(sign_in(sione).get("/team/"))) == bare(before)
    assert sign_in(sione).get(f"/patients/{dana.ref}/").status_code == 200


def test_one_patient_is_opened_and_one_person_may_read(moment, sign_in, nils, mara, sione, dana, residential):
    other = make_episode(patient=make_patient("Omar", "Other", by=mara), program=residential, primary=mara).patient
    make_break_glass(dana, nils, moment)

    assert sign_in(nils).get(f"/patients/{other.ref}/").status_code == 404
    assert sign_in(sione).get(f"/patients/{dana.ref}/").status_code == 404


def test_it_ends_with_the_account_and_with_the_role(moment, sign_in, nils, dana):
    make_break_glass(dana, nils, moment)
    client = sign_in(nils)
    nils.role = Role.AUDITOR
    nils.save(update_fields=["role"])
    assert client.get(f"/patients/{dana.ref}/").status_code == 403
    nils.role = Role.ADMIN
    nils.save(update_fields=["role"])
    assert client.get(f"/patients/{dana.ref}/").status_code == 404
    nils.role, nils.is_active = Role.CLINICIAN, False
    nils.save(update_fields=["role", "is_active"])
    assert client.get(f"/patients/{dana.ref}/").status_code == 302


def test_somebody_who_becomes_a_patient_here_no_longer_reads_their_own(moment, sign_in, nils, dana):
    make_break_glass(dana, nils, moment)
    dana.account = nils
    dana.save(update_fields=["account"])

    assert sign_in(nils).get(f"/patients/{dana.ref}/").status_code == 404


# What it looks like, and what is known afterwards


def test_the_banner_stands_on_each_page_of_that_patient_only(moment, sign_in, nils, dana):
    make_break_glass(dana, nils, moment - 18 * MINUTE)
    client = sign_in(nils)

    for page in PAGES:
        html = text(client.get(f"/patients/{dana.ref}/{page}"))
        assert "42 minutes left" in html and "in-emergency" in html and "It is not printed." in html, page
    assert "minutes left" not in text(client.get("/today/"))


def test_each_read_is_logged_as_one_in_an_emergency(moment, sign_in, nils, mara, dana, residential):
    own = make_episode(patient=make_patient("Ola", "Own", by=mara), program=residential, primary=nils).patient
    raise_concern(patient=own, words="I am not safe", urgency="safety", by=mara, now=moment)
    make_break_glass(dana, nils, moment)

    for page in PAGES:
        sign_in(nils).get(f"/patients/{dana.ref}/{page}")

    reads = AccessEntry.objects.reads().by(nils)
    assert {entry.basis for entry in reads.of(dana)} == {Basis.BREAK_GLASS}
    assert reads.of(dana).count() == len(PAGES)
    assert {entry.basis for entry in reads.of(own)} == {Basis.VISIBLE}  # whose banner stood above


def test_who_looked_says_it_plainly(moment, sign_in, nils, vera, dana):
    make_break_glass(dana, nils, moment)
    sign_in(nils).get(f"/patients/{dana.ref}/")

    html = text(sign_in(vera).get(f"/patients/{dana.ref}/access/"))

    assert "In an emergency: opened the main page" in html
    assert "Opened in an emergency" in html and "A life is at risk now" in html and WHY in html
    assert "In an emergency: opened this record for an hour, and said why" in html


def test_the_primary_the_supervisor_and_the_auditor_are_told_at_once(
    moment, sign_in, nils, mara, vera, otto, dana, mailoutbox
):
    make_break_glass(dana, nils, moment)

    run_pass(now=moment + MINUTE / 2)

    told = Reminder.objects.filter(rule="opened_in_emergency")
    assert {reminder.recipient for reminder in told} == {mara, vera, otto}
    run_pass(now=Mail.objects.latest("next_at").next_at)  # on their next working day, where today is none
    assert sorted(mail.to[0] for mail in mailoutbox) == ["mara@example.org", "otto@example.org", "vera@example.org"]
    for mail in mailoutbox:
        assert "Dana" not in mail.body + mail.subject and "Nils" not in mail.body + mail.subject
    assert "/manage/reviews/" in next(mail.body for mail in mailoutbox if mail.to == ["otto@example.org"])
    for member in (mara, vera):
        html = text(sign_in(member).get("/reminders/"))
        assert "Dana’s record was opened in an emergency" in html
        assert f"/patients/{dana.ref}/access/" in html


def test_the_notice_stands_until_it_was_reviewed_and_three_days(moment, nils, otto, mara, dana):
    opened = make_break_glass(dana, nils, moment)
    run_pass(now=moment + 20 * DAY)
    assert Reminder.objects.filter(rule="opened_in_emergency", recipient=mara, ended_at=None).exists()

    break_glass.review(opened=opened, verdict="fine", words="", by=otto, now=moment + 20 * DAY)
    run_pass(now=moment + 20 * DAY + MINUTE)

    assert not Reminder.objects.filter(rule="opened_in_emergency", ended_at=None).exists()


def test_nobody_is_told_of_the_emergency_in_which_their_own_record_was_opened(moment, nils, otto, mara, residential):
    own = make_episode(patient=make_patient("Otto", "Own", by=mara, account=otto), primary=mara).patient
    make_break_glass(own, nils, moment)

    run_pass(now=moment + 5 * DAY)

    assert not Reminder.objects.filter(recipient=otto).exists()


def test_a_site_without_an_auditor_tells_the_auditor_elsewhere(moment, south, sione, iop_south, nils):
    ruth = make_staff("ruth", Role.AUDITOR)
    tama = make_staff("tama", site=south)
    patient = make_episode(patient=make_patient("Aro", "Hine", by=tama), program=iop_south, primary=tama).patient
    make_break_glass(patient, nils, moment)

    run_pass(now=moment)

    assert Reminder.objects.filter(rule="opened_in_emergency", recipient=ruth).exists()


def test_what_is_not_reviewed_in_72_hours_is_asked_of_the_auditor_then_of_the_admin(
    moment, at, sign_in, nils, otto, ada, dana
):
    make_break_glass(dana, nils, moment)
    late = moment + REVIEWED_WITHIN

    def asked(now):
        run_pass(now=now)
        found = Reminder.objects.filter(rule="emergency_not_reviewed", ended_at=None)
        return {reminder.recipient.username for reminder in found}

    assert asked(late - MINUTE) == set()
    assert asked(late + MINUTE) == {"otto"}
    assert asked(late + DAY + MINUTE) == {"otto", "ada"}
    at(late + DAY + MINUTE)
    assert "was not reviewed within 72 hours" in text(sign_in(ada).get("/manage/"))
    assert "Not reviewed in time" in text(sign_in(otto).get("/manage/reviews/"))


# The review


def test_the_auditor_reviews_it_in_words(moment, sign_in, nils, otto, dana):
    opened = make_break_glass(dana, nils, moment)
    page = text(sign_in(otto).get("/manage/reviews/"))
    assert WHY in page and dana.record_number in page and "Whitfield" not in page

    address = f"/manage/reviews/break-glass/{opened.ref}/"
    refused = sign_in(otto).post(address, {"verdict": "flagged", "words": ""})
    saved = sign_in(otto).post(address, {"verdict": "flagged", "words": "Ask the night lead"}, follow=True)
    break_glass.review(opened=opened, verdict="fine", words="Asked. All right.", by=otto, now=moment + DAY)

    assert "Say what needs a closer look." in text(refused)
    assert "Ask the night lead" in text(saved)
    assert [review.verdict for review in opened.reviews.all()] == ["flagged", "fine"]
    assert "Part of their work" in text(sign_in(otto).get("/manage/reviews/"))


def test_nobody_reviews_their_own_and_only_an_auditor_reviews(moment, nils, vera, otto, dana):
    opened = make_break_glass(dana, nils, moment)
    nils.role = Role.AUDITOR
    nils.save(update_fields=["role"])

    for member in (nils, vera):
        with pytest.raises(ValidationError, match="Somebody else"):
            break_glass.review(opened=opened, verdict="fine", words="", by=member, now=moment)


def test_with_more_than_three_not_reviewed_there_is_no_other(moment, sign_in, nils, otto, dana):
    opened = [make_break_glass(dana, nils, moment + n * LASTS) for n in range(4)]

    with pytest.raises(ValidationError, match="have not been reviewed yet"):
        make_break_glass(dana, nils, moment + 5 * LASTS)
    assert "have not been reviewed yet" in text(sign_in(nils).get("/break-glass/"))

    break_glass.review(opened=opened[0], verdict="flagged", words="Why?", by=otto, now=moment)
    make_break_glass(dana, nils, moment + 5 * LASTS)


def test_an_open_one_is_not_opened_twice(moment, sign_in, nils, dana):
    make_break_glass(dana, nils, moment)

    answer = text(find(sign_in(nils), record_number=dana.record_number))

    assert "You can read this record already" in answer


def test_a_service_opens_nobody_their_own_and_nothing_for_an_admin(moment, ada, nils, dana):
    with pytest.raises(ValidationError):
        make_break_glass(dana, ada, moment)
    dana.account = nils
    dana.save(update_fields=["account"])
    with pytest.raises(ValidationError):
        make_break_glass(dana, nils, moment)
