"""Signing in again over a page whose session has ended, so that what stands on it can still be saved."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from staff import second_factor, sessions
from staff.access import public
from staff.access_log import happened
from staff.again import who_was_here
from staff.choices import AtTheDoor

ELSE_HERE = "Somebody else is signed in in this browser now. Ask them to sign out first: your words stay on this page."
REFUSED = "That did not work. Check the password; after 5 wrong tries wait one minute, after 10 fifteen."
SET_UP = "A second factor has to be set up first: sign in in a new window."


@never_cache
@require_http_methods(["GET", "POST"])
@public(because="whoever was signed out while writing signs in over the page")
def sign_in_again(request):
    """Asked by GET, the token with which to ask. By POST, signs in the person whose page it is: a new token and for how
    many seconds they stay; or, as the sign-in page does with 200 too, why not, and whether a code is wanted as well.
    """
    if request.method == "GET":
        return HttpResponse(get_token(request), content_type="text/plain")
    user, password = who_was_here(request.POST.get("who", "")), request.POST.get("password", "")
    if request.user.is_authenticated:
        return signed_in(request) if request.user == user else refusal(ELSE_HERE)
    if user is None or authenticate(request, username=user.username, password=password) != user:
        return refusal(REFUSED)
    if second_factor.is_on(user):
        happened(request, AtTheDoor.RIGHT_PASSWORD, account=user)
        code = request.POST.get("code", "")
        if not code.strip():
            return refusal("Type the code that your authenticator shows now.", code=True)
        if not second_factor.passes(request, user, code):
            return refusal(second_factor.WRONG, code=True)
    elif settings.REQUIRE_SECOND_FACTOR:
        return refusal(SET_UP)
    second_factor.finish(request, user)
    return signed_in(request)


def signed_in(request):
    return JsonResponse({"token": get_token(request), "left": int(sessions.left(request).total_seconds())})


def refusal(sentence, *, code=False):
    return JsonResponse({"refused": sentence, "code": code})
