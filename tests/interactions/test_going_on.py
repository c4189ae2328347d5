"""Whoever goes on with what they had not saved reads at once what a colleague did meanwhile."""

from interactions.models import Draft
from interactions.services.promises import done, promise, reschedule
from patients.services import update_person
from tests.factories import NOW
from tests.interactions.test_drafts import DAY, WORDS, hidden, keep, mara_in, opened

__all__ = ["mara_in"]


def test_going_on_with_a_draft_says_at_once_that_the_record_has_moved_on(mara_in, mara, vera, dana):
    owed = promise(patient=dana, what="Call the landlord", due_at=NOW + DAY, by=mara, now=NOW)
    address = f"{owed.get_absolute_url()}reschedule/"
    form = opened(mara_in, address, "form_seen")
    keep(form, because=WORDS, when="tomorrow", form_seen=form["form_seen"])
    draft = Draft.objects.get()
    assert "What stands there now" not in mara_in.get(draft.way_on).content.decode()
    reschedule(follow_up=owed, due_at=NOW + 3 * DAY, because="He is away.", by=vera, now=NOW)

    page = mara_in.get(draft.way_on)

    text = page.content.decode()
    assert "What stands there now" in text and "He is away." in text and WORDS in text
    assert "Somebody went on with this after you wrote" in text
    seen = {name: hidden(page, name) for name in ("form_token", "draft", "form_seen", "form_met")}
    assert mara_in.post(address, {**seen, "because": WORDS, "when": "tomorrow"}).status_code == 302


def test_going_on_with_a_draft_of_a_step_that_is_over_says_so(mara_in, mara, vera, dana):
    owed = promise(patient=dana, what="Call the landlord", due_at=NOW + DAY, by=mara, now=NOW)
    form = opened(mara_in, f"{owed.get_absolute_url()}done/", "form_seen")
    keep(form, words=WORDS, form_seen=form["form_seen"])
    done(follow_up=owed, words="He agreed.", by=vera, now=NOW)

    text = mara_in.get(Draft.objects.get().way_on).content.decode()

    assert "He agreed." in text and WORDS in text
    assert "this step is over" in text and f'href="{owed.get_absolute_url()}told/"' in text


def test_going_on_with_a_draft_about_who_somebody_is_shows_what_is_newer(mara_in, mara, dana):
    address = f"{dana.get_absolute_url()}about/edit/"
    form = opened(mara_in, address, "version")
    who = {"given_name": "Dana", "family_name": "Whitfield", "decides": "self"}
    keep(form, address="1 Lake Road", version=form["version"], **who)
    known = {name: getattr(dana, name) for name in ("given_name", "family_name", "phone")}
    update_person(patient=dana, version=dana.version, by=mara, now=NOW, **known | {"phone": "555 0123"})

    page = mara_in.get(Draft.objects.get().way_on)

    text = page.content.decode().partition("<main")[2]
    assert "What stands there now" in text and "555 0123" in text and "1 Lake Road" in text
    assert hidden(page, "version") == str(dana.version)
