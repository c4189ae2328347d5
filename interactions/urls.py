from django.urls import path

from interactions.views import (
    approvals,
    assignments,
    care,
    checkins,
    counseling,
    manage,
    overview,
    patient,
    records,
    reminders,
    restrictions,
    today,
    worklists,
)

app_name = "interactions"

PATIENT = "patients/<uuid:ref>/"


def kind_routes(kind, folder):
    """A record's page, and its actions as `<folder>/<id>/<action>/`."""
    return [
        path(f"{folder}/<uuid:ref>/", records.record_page, {"kind": kind}, name=kind),
        path(f"{folder}/<uuid:ref>/<slug:action>/", records.record_act, {"kind": kind}, name=f"{kind}_act"),
    ]


urlpatterns = [
    path("today/", today.today, name="today"),
    path(PATIENT, patient.patient_page, name="patient_page"),
    path(f"{PATIENT}find/", patient.timeline_search, name="timeline_search"),
    path(f"{PATIENT}check-ins/new/", checkins.check_in_new, name="check_in_new"),
    path(f"{PATIENT}check-ins/hello/", checkins.quick_hello, name="quick_hello"),
    path(f"{PATIENT}concerns/new/", records.concern_new, name="concern_new"),
    path(f"{PATIENT}follow-ups/new/", records.follow_up_new, name="follow_up_new"),
    path(f"{PATIENT}meetings/new/", records.meeting_new, name="meeting_new"),
    path(f"{PATIENT}talk-requests/new/", records.talk_request_new, name="talk_request_new"),
    path(f"{PATIENT}counselling-notes/new/", counseling.note_new, name="counseling_note_new"),
    path(f"{PATIENT}care-team/", care.care_team, name="care_team"),
    path(f"{PATIENT}care-team/assign/", care.team_assign, name="team_assign"),
    path(f"{PATIENT}care-team/primary/", care.team_primary, name="team_primary"),
    path(f"{PATIENT}care-team/<uuid:member>/end/", care.team_end, name="team_end"),
    path(f"{PATIENT}care-team/restrict/", restrictions.restrict, name="team_restrict"),
    path(f"{PATIENT}care-team/lift/", restrictions.lift, name="team_lift"),
    path(f"{PATIENT}care-team/exclude/", restrictions.exclude, name="team_exclude"),
    path(f"{PATIENT}care-team/exclusions/<uuid:exclusion>/end/", restrictions.exclusion_end, name="exclusion_end"),
    path(f"{PATIENT}episodes/", care.episodes, name="episodes"),
    path(f"{PATIENT}episodes/<slug:action>/", care.episode_act, name="episode_act"),
    path("check-ins/<uuid:ref>/", checkins.check_in, name="check_in"),
    path("check-ins/<uuid:ref>/amend/", checkins.check_in_amend, name="check_in_amend"),
    path("check-ins/<uuid:ref>/chart/", checkins.check_in_chart, name="check_in_chart"),
    path("check-ins/<uuid:ref>/strike/", checkins.check_in_strike, name="check_in_strike"),
    path("counselling-notes/<uuid:ref>/", counseling.note, name="counseling_note"),
    path("counselling-notes/<uuid:ref>/amend/", counseling.note_amend, name="counseling_note_amend"),
    path("counselling-notes/<uuid:ref>/readers/", counseling.note_readers, name="counseling_note_readers"),
    path("concerns/", worklists.work_list, {"kind": "concern"}, name="concerns"),
    path("follow-ups/", worklists.work_list, {"kind": "follow_up"}, name="follow_ups"),
    path("meetings/", worklists.work_list, {"kind": "meeting"}, name="meetings"),
    *kind_routes("concern", "concerns"),
    *kind_routes("follow_up", "follow-ups"),
    *kind_routes("meeting", "meetings"),
    *kind_routes("talk_request", "talk-requests"),
    path("steps/<uuid:ref>/", records.record_page, {"kind": "step"}, name="step"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/<uuid:ref>/snooze/", reminders.reminder_snooze, name="reminder_snooze"),
    path("manage/reminders/", reminders.reminder_health, name="reminder_health"),
    path("manage/reminders/<uuid:ref>/<slug:rule>/<slug:to>/", reminders.reminder_switch, name="reminder_switch"),
    path("manage/reminders/mails/<uuid:ref>/again/", reminders.reminder_mail_again, name="reminder_mail_again"),
    path("manage/", overview.manage, name="manage"),
    path("manage/assignments/", assignments.move, name="assignments"),
    path("manage/approvals/", approvals.approvals, name="approvals"),
    path("manage/approvals/join/", approvals.approval_join, name="approval_join"),
    path("manage/approvals/<uuid:ref>/", approvals.approval, name="approval"),
    path("manage/staff/new/", manage.staff_new, name="staff_new"),
    path("manage/staff/<uuid:ref>/edit/", manage.staff_edit, name="staff_edit"),
    path("manage/staff/<uuid:ref>/second-factor/", manage.staff_second_factor, name="staff_second_factor"),
    path("manage/away/<uuid:ref>/end/", manage.away_end, name="away_end"),
    path("manage/floor/<uuid:ref>/end/", manage.floor_end, name="floor_end"),
    path("manage/programs/<uuid:ref>/edit/", manage.program_edit, name="program_edit"),
    path("manage/programs/<uuid:ref>/rules/", manage.program_rules, name="program_rules"),
    path("manage/programs/<uuid:ref>/standards/new/", manage.standard_new, name="standard_new"),
    path("manage/programs/<uuid:ref>/standards/<int:day>/", manage.standard_edit, name="standard_edit"),
    path("manage/programs/<uuid:ref>/standards/<int:day>/remove/", manage.standard_remove, name="standard_remove"),
    path("manage/hours/<uuid:ref>/contact-hours/", manage.contact_hours, name="contact_hours"),
    path("manage/hours/<uuid:ref>/holidays/new/", manage.holiday_new, name="holiday_new"),
    path("manage/hours/<uuid:ref>/holidays/<slug:day>/remove/", manage.holiday_remove, name="holiday_remove"),
]
