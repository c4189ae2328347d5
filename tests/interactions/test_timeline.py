from datetime import timedelta

from interactions.services import care
from patients.choices import ContactAfter, DischargeReason, PauseKind
from staff.calendar import DAY
from tests.factories import NOW


def test_the_patients_page_shows_how_a_stay_went(at, sign_in, vera, mara, dana, outpatient):
    home = care.pause(episode=dana.latest_episode, kind=PauseKind.LEAVE, back_on=NOW.date() + DAY, by=mara, now=NOW)
    care.resume(episode=home.episode, by=mara, now=NOW + DAY)
    care.transfer(episode=dana.latest_episode, program=outpatient, by=mara, now=NOW + 2 * DAY)
    care.discharge(
        episode=dana.latest_episode,
        reason=DischargeReason.COMPLETED,
        contact_after=ContactAfter.YES,
        by=mara,
        now=NOW + 3 * DAY,
    )
    at(NOW + 3 * DAY + timedelta(hours=1))

    page = sign_in(vera).get(dana.get_absolute_url())

    for words in ("Came to us", "On leave", "Moved to Outpatient North", "Finished what we planned"):
        assert words in page.content.decode()
