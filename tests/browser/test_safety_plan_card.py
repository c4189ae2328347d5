"""The card of a safety plan on paper: one page, however much was written, and no word that tells who carries it."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from interactions.forms.safety_plans import SECTION
from interactions.services.safety_plans import write_plan
from patients.models import SafetyPlan
from tests.factories import NOW
from tests.test_doors import browser_of, world  # noqa: F401  (a fixture)

A_LITTLE = {"signs": "I stop answering my sister."}
FULL = dict.fromkeys(SafetyPlan.SECTIONS, ("I walk to the harbor and count the boats. " * 20)[:SECTION])
MANY_LINES = {name: "\n".join(["Lou 555 0199"] * (SECTION // 13)) for name in SafetyPlan.SECTIONS}


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize("said", [A_LITTLE, FULL, MANY_LINES], ids=["a little", "full", "many lines"])
def test_it_is_one_page_and_says_nothing_of_who_or_where(page, context, base_url, world, said, paper):  # noqa: F811
    patient, mara = world["patient"], world["cast"]["mara"]
    site = patient.latest_episode.program.site
    site.phone, site.crisis_line = "555 0100", f"{site.name} nurse line: 555 0101"
    site.save(update_fields=["phone", "crisis_line"])
    plan = write_plan(patient=patient, by=mara, now=NOW, together=True, **said)
    cookie = browser_of(world, "mara").cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])

    page.goto(reverse("interactions:safety_plan_card", args=[plan.ref]))
    paper = page.pdf(format=paper)
    page.emulate_media(media="print")
    printed = f"{page.title()} {page.locator('body').inner_text()}"

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    for words in ("911", "988", "555 0100", "555 0101", said["signs"][:12]):
        assert words in printed
    telling = (site.name, "nurse", patient.given_name, patient.family_name, patient.record_number, mara.name, "safety",
               "treatment", "recovery", "patient", "program", settings.PUBLIC_NAME)  # fmt: skip
    assert not [word for word in telling if word.lower() in printed.lower()]
