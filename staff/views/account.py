from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from staff.access import public, requires
from staff.confirming import confirm
from staff.forms import SignInForm
from staff.roles import HOME, Permission, Role


class SignIn(LoginView):
    authentication_form = SignInForm

    def form_valid(self, form):
        answer = super().form_valid(form)
        confirm(self.request)
        return answer


@require_GET
@requires(Permission.OWN_ACCOUNT)
def home(request):
    return redirect(HOME[Role(request.user.role)])


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
