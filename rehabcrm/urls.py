"""Every page, room by room."""

from importlib.util import find_spec

from django.urls import include, path

ROOMS = ["staff", "patients", "interactions", "insights", "exchange"]

handler400 = "staff.views.errors.bad_request"
handler500 = "staff.views.errors.went_wrong"
urlpatterns = [path("", include(f"{room}.urls")) for room in ROOMS if find_spec(f"{room}.urls")]
