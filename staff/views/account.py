from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from staff.access import public, requires
from staff.roles import HOME, Permission, Role


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
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready", content_type="text/plain")
