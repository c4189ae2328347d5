"""Signing in and out, and what everybody sees of their own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff import feeds, second_factor, sessions
from staff.access import public, requires
from staff.access_log import happened, log_change
from staff.choices import AtTheDoor
from staff.forms import SignInForm
from staff.forms.account import ChangePasswordForm
from staff.roles import HOME, Permission, Role

WHY = {
    "idle": "You were signed out because nothing was done here for a while. Sign in to go on where you were.",
    "long": "You had been signed in for a long day, so we ask once more who you are. Sign in to go on where you were.",
    "gone": "You were signed out: after a rest, by a sign-in elsewhere being ended, or because your account was "
    "changed. Sign in to go on where you were.",
}


class OurAddress:
    """Leads on to a path of this site and to nothing else, not even to what might be the name of a page."""

    def get_redirect_url(self):
        where = super().get_redirect_url()
        return where if where.startswith("/") else ""


class SignIn(OurAddress, LoginView):
    authentication_form = SignInForm

    def form_valid(self, form):
        user, back = form.get_user(), self.get_success_url()
        if second_factor.is_on(user) or settings.REQUIRE_SECOND_FACTOR:
            second_factor.begin_half(self.request, user, back)
            return redirect("sign_in_code")
        return redirect(second_factor.finish(self.request, user, back))

    def get_context_data(self, **kwargs):
        asked = self.request.GET
        return super().get_context_data(why=WHY.get(asked.get("why")), kept="kept" in asked, **kwargs)


class SignOut(OurAddress, LogoutView):
    """Signs out, and has the browser forget what it kept of our pages."""

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST" and request.user.is_authenticated:
            happened(request, AtTheDoor.SIGNED_OUT, account=request.user)
        answer = super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


class ChangePassword(PasswordChangeView):
    form_class = ChangePasswordForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}

    @transaction.atomic
    def form_valid(self, form):
        user, answer = self.request.user, super().form_valid(form)
        sessions.end_all(user, but=self.request.session.session_key)
        feeds.end(user, now=self.request.now)
        log_change(action="account.password", by=user, patients=[], record=user, fields=["password"])
        return answer


@require_GET
@requires(Permission.OWN_ACCOUNT)
def home(request):
    return redirect(HOME[Role(request.user.role)])


@require_GET
@requires(Permission.OWN_ACCOUNT)
def account(request):
    return TemplateResponse(
        request,
        "staff/account.html",
        {
            "sessions": len(sessions.list_of(request)),
            "second_factor": second_factor.is_on(request.user),
            "may_have_calendar": request.user.may(Permission.CARE_LOG),
        },
    )


@require_GET
@requires(Permission.OWN_ACCOUNT)
def session_list(request):
    return TemplateResponse(request, "staff/sessions.html", {"lines": sessions.list_of(request)})


@require_POST
@requires(Permission.OWN_ACCOUNT)
def session_end(request, ref):
    session = get_object_or_404(request.user.sessions.without_key(request.session.session_key), ref=ref)
    sessions.end(session, by=request.user)
    messages.success(request, "Signed out there.")
    return redirect("sessions")


@require_POST
@requires(Permission.OWN_ACCOUNT)
def sessions_end(request):
    sessions.end_others(request)
    messages.success(request, "Signed out everywhere else.")
    return redirect("sessions")


@require_http_methods(["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def session_left(request):
    """For how many seconds one stays signed in. Asked by POST, somebody said that they are still there."""
    return HttpResponse(int(sessions.left(request).total_seconds()), content_type="text/plain")


@require_GET
@public(because="operators ask whether the process is alive")
def live(request):
    return HttpResponse("alive", content_type="text/plain")


@require_GET
@public(because="operators ask whether the database answers")
def ready(request):
    connection.ensure_connection()
    usable = connection.is_usable()
    return HttpResponse("ready" if usable else "no database", status=200 if usable else 503, content_type="text/plain")
