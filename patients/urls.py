from django.urls import path

from patients import views

app_name = "patients"

urlpatterns = [
    path("patients/", views.patient_list, name="list"),
    path("patients/search/", views.patient_search, name="search"),
    path("patients/new/", views.patient_new, name="new"),
    path("patients/<uuid:ref>/access/", views.access, name="access"),
    path("manage/access-log/", views.access_log, name="access_log"),
    path("patients/<uuid:ref>/about/", views.about, name="about"),
    path("patients/<uuid:ref>/about/edit/", views.about_edit, name="about_edit"),
    path("patients/<uuid:ref>/about/reach/", views.safe_contact, name="safe_contact"),
]
