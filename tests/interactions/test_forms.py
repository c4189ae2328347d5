from interactions.models import Concern
from tests.factories import NOW


def test_an_answer_that_nobody_ticked_as_told_is_asked_about_and_not_dropped(at, sign_in, mara, dana):
    at(NOW)
    address = f"{dana.get_absolute_url()}concerns/new/"

    page = sign_in(mara).post(
        address, {"words": "May I call home?", "urgency": "routine", "answer_words": "Each evening."}
    )

    assert "Tick that they know this answer, or take it out here." in page.content.decode()
    assert "Each evening." in page.content.decode()
    assert not Concern.objects.exists()
