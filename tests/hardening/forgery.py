"""S6: a request that changes something and does not come from a form of ours is refused, at every route."""

from django.conf import settings

from interactions.models import Draft
from tests.cast import enter
from tests.hardening.world import Browser
from tests.test_doors import DOORS

OUR_ORIGIN = "https://testserver"
UNSAFE = ("post", "put", "patch", "delete")
# Reads no cookie: what it is given is for whom the signed pass in it says, and without one it is refused as such.
BY_PASS = "interactions:draft_save"


def token_of(client):
    client.get("/accounts/login/")
    return client.cookies[settings.CSRF_COOKIE_NAME].value


def ways(token, foreign):
    """name -> (headers, data) of a forged request; each but for one thing as it should be."""
    right = {"x-csrftoken": token, "origin": OUR_ORIGIN}
    return {
        "no token": ({"origin": OUR_ORIGIN}, {}),
        "a token of another browser": (right | {"x-csrftoken": foreign}, {}),
        "a field of another browser": ({"origin": OUR_ORIGIN}, {"csrfmiddlewaretoken": foreign}),
        "half a token": (right | {"x-csrftoken": token[:20]}, {}),
        "an empty token": (right | {"x-csrftoken": ""}, {}),
        "no origin": (right | {"origin": "null"}, {}),
        "a foreign origin": (right | {"origin": "https://elsewhere.example"}, {}),
        "our name without TLS": (right | {"origin": "http://testserver"}, {}),
        "a longer name": (right | {"origin": "https://testserver.elsewhere.example"}, {}),
        "a foreign referrer": ({"x-csrftoken": token, "referer": "https://elsewhere.example/"}, {}),
        "a referrer without TLS": ({"x-csrftoken": token, "referer": "http://testserver/"}, {}),
        "no referrer": ({"x-csrftoken": token}, {}),
    }


def is_refused(name, method, answer):
    if name == BY_PASS:
        return (
            answer.status_code == (400 if method == "post" else 405) and Draft.objects.count() == 1
        )  # the world's own
    return answer.status_code == 403 and b"Please send it again" in answer.content


def run(world):
    """(figure, misses)"""
    misses, asked, passed = [], 0, 0
    client, other = (Browser(enforce_csrf_checks=True, raise_request_exception=False) for _ in range(2))
    enter(client, world.cast["mara"])
    token, foreign = token_of(client), token_of(other)
    for name in DOORS:
        address = world.address(name)
        for method in UNSAFE:
            for way, (headers, data) in ways(token, foreign).items():
                for htmx in ({}, {"hx-request": "true"}):
                    asked += 1
                    body = data if method == "post" else None
                    answer = getattr(client, method)(address, body, headers=headers | htmx)
                    if not is_refused(name, method, answer):
                        misses.append(f"{method} {name} with {way}: {answer.status_code}")
        query = client.post(f"{address}?csrfmiddlewaretoken={token}", headers={"origin": OUR_ORIGIN})
        asked += 1
        if query.status_code != (400 if name == BY_PASS else 403):
            misses.append(f"{name} with the token in its address: {query.status_code}")
        with world.taken_back():
            client.force_login(world.cast["mara"], backend="staff.sign_in.PasswordBackend")
            answer = client.post(address, headers={"x-csrftoken": token_of(client), "origin": OUR_ORIGIN})
        passed += b"Please send it again" not in answer.content
    if passed != len(DOORS):
        misses.append(f"only {passed} of {len(DOORS)} right ones passed")
    return f"{asked} forged requests at {len(DOORS)} routes, {passed} right ones let through", misses
