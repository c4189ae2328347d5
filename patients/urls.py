from django.urls import path

from patients.views import consents, emergency, exports, hints, looks, people, reviews

app_name = "patients"

urlpatterns = [
    path("patients/", people.patient_list, name="list"),
    path("patients/search/", people.patient_search, name="search"),
    path("patients/new/", people.patient_new, name="new"),
    path("hints/", hints.hints, name="hints"),
    path("patients/<uuid:ref>/hints/", hints.hints_about, name="hints_about"),
    path("patients/<uuid:ref>/access/", looks.access, name="access"),
    path("break-glass/", emergency.find, name="break_glass_find"),
    path("break-glass/<uuid:ref>/", emergency.open_record, name="break_glass"),
    path("manage/reviews/", reviews.review_list, name="reviews"),
    path("manage/reviews/break-glass/<uuid:ref>/", emergency.review, name="break_glass_review"),
    path("manage/access-log/", looks.access_log, name="access_log"),
    path("patients/<uuid:ref>/about/", people.about, name="about"),
    path("patients/<uuid:ref>/about/edit/", people.about_edit, name="about_edit"),
    path("patients/<uuid:ref>/about/reach/", people.safe_contact, name="safe_contact"),
    path("patients/<uuid:ref>/consents/", consents.consents, name="consents"),
    path("patients/<uuid:ref>/consents/new/", consents.consent_new, name="consent_new"),
    path("consents/<uuid:ref>/end/", consents.consent_end, name="consent_end"),
    path("patients/<uuid:ref>/disclosures/", consents.accounting, name="accounting"),
    path("patients/<uuid:ref>/disclosures/new/", consents.disclosure_new, name="disclosure_new"),
    path("disclosures/<uuid:ref>/sheet/", consents.disclosure_sheet, name="disclosure_sheet"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("exports/<uuid:ref>/", exports.export, name="export"),
    path("manage/exports/", exports.export_list, name="exports"),
]
