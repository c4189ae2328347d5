"""The second factor: asked for at sign-in, set up, renewed, switched off."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff import second_factor
from staff.access import public, requires
from staff.forms.account import CodeForm, NewCodeForm
from staff.roles import Permission


@never_cache
@require_http_methods(["GET", "POST"])
@public(because="the second step of signing in")
def sign_in_code(request):
    user = second_factor.half_in(request)
    if user is None:
        return redirect("login")
    if not second_factor.is_on(user):
        return redirect("sign_in_set_up")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.passes(request, user, form.cleaned_data["code"]):
            return redirect(second_factor.finish(request, user))
        form.add_error("code", second_factor.WRONG)
    return TemplateResponse(request, "staff/code.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@public(because="who has no second factor yet sets one up before signing in")
def sign_in_set_up(request):
    user = second_factor.half_in(request)
    if user is None:
        return redirect("login")
    if second_factor.is_on(user):
        return redirect("sign_in_code")
    return set_up_page(request, user, half=True)


@require_http_methods(["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, confirmed=True)
def set_up(request):
    return set_up_page(request, request.user)


def set_up_page(request, user, half=False):
    """The secret to be scanned or typed; after the first right code, the recovery codes, this once."""
    key = second_factor.new_key(request)
    form = NewCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.switch_on(user=user, key=key, typed=form.cleaned_data["code"], now=request.now)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            request.session.pop(second_factor.NEW_KEY)
            return codes_page(request, codes, second_factor.finish(request, user) if half else reverse("second_factor"))
    context = {
        "form": form,
        "picture": second_factor.picture(user, key),
        "letters": second_factor.letters(key),
        "required": half,
        "back_url": None if half else reverse("second_factor"),
    }
    return TemplateResponse(request, "staff/second_factor_set_up.html", context)


def codes_page(request, codes, then):
    return TemplateResponse(request, "staff/recovery_codes.html", {"codes": codes, "then": then})


@require_GET
@requires(Permission.OWN_ACCOUNT)
def state(request):
    context = {
        "on": second_factor.is_on(request.user),
        "codes_left": second_factor.codes_left(request.user),
        "required": settings.REQUIRE_SECOND_FACTOR,
    }
    return TemplateResponse(request, "staff/second_factor.html", context)


@require_POST
@requires(Permission.OWN_ACCOUNT, confirmed=True)
def new_codes(request):
    if not second_factor.is_on(request.user):
        return redirect("second_factor")
    return codes_page(request, second_factor.new_codes(user=request.user), reverse("second_factor"))


@require_POST
@requires(Permission.OWN_ACCOUNT, confirmed=True)
def switch_off(request):
    if settings.REQUIRE_SECOND_FACTOR:
        raise PermissionDenied("Everybody here signs in with a code as well.")
    second_factor.switch_off(member=request.user, by=request.user)
    messages.success(request, "Switched off. The password alone signs you in.")
    return redirect("second_factor")
