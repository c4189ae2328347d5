"""In a real browser: a device is handed over, the patient sends a form, and it comes back with the password."""

import pytest
from playwright.sync_api import expect

from interactions.models import Concern, Feedback
from tests.browser.hands import Keyboard, Mouse
from tests.browser.test_clinician_journey import PASSWORD, sign_in
from tests.factories import NOW


@pytest.mark.parametrize("with_", [Mouse, Keyboard])
def test_a_patient_says_what_they_think_and_the_device_comes_back(at, page, dana, mara, with_, assert_accessible):
    at(NOW)
    hands = with_(page)
    sign_in(page, hands)
    page.goto(dana.get_absolute_url())
    hands.press(page.get_by_role("link", name="What they say"))
    hands.press(page.get_by_role("link", name="Ask Dana what they think"))
    expect(page.get_by_role("heading", name="Ask Dana what they think")).to_be_visible()
    assert_accessible()
    hands.choose(page.get_by_label("On this device, which I hand over now"))
    hands.save("Ask")

    expect(page.get_by_role("heading", name="What do you think?")).to_be_visible()
    assert_accessible()
    form = page.url
    page.go_back()
    expect(page.get_by_role("heading", name="What do you think?")).to_be_visible()
    page.goto(dana.get_absolute_url())
    assert page.url == form
    hands.press(page.get_by_role("button", name="Español"))
    expect(page.get_by_role("heading", name="¿Qué le parece?")).to_be_visible()
    assert_accessible()
    hands.choose(page.get_by_role("group", name="Me siento escuchado/a y respetado/a").get_by_label("8", exact=True))
    hands.write(page.get_by_label("¿Qué quiere preguntarnos?"), "¿Cuándo puedo llamar?")
    hands.press(page.get_by_role("button", name="Enviar", exact=True).last)

    expect(page.get_by_role("heading", name="Gracias.")).to_be_visible()
    assert_accessible()
    hands.press(page.get_by_role("link", name="Para el personal: recuperar el dispositivo"))
    hands.write(page.get_by_label("Your password"), PASSWORD)
    hands.press(page.get_by_role("button", name="Take it back"))

    expect(page.get_by_role("heading", name="They said, we did")).to_be_visible()
    expect(page.get_by_text("“¿Cuándo puedo llamar?”")).to_be_visible()
    assert_accessible()
    assert Feedback.objects.get().heard == 8
    assert Concern.objects.get().owner == mara
