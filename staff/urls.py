from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.decorators.http import require_GET, require_http_methods

from staff.access import public, requires
from staff.roles import Permission
from staff.views import (
    account,
    again,
    boundaries,
    calendar,
    hints,
    lending,
    people,
    programs,
    resetting,
    reviews,
    second_factor,
    sites,
)

asked = require_http_methods(["GET", "POST"])
manage = [
    path("reviews/<uuid:ref>/<slug:kind>/<slug:began_at>/", reviews.review, name="review"),
    path("staff/", people.staff_list, name="staff_list"),
    path("staff/<uuid:ref>/", people.staff_member, name="staff_member"),
    path("staff/<uuid:ref>/hours/", people.staff_hours, name="staff_hours"),
    path("staff/<uuid:ref>/password/", people.staff_password, name="staff_password"),
    path("staff/<uuid:ref>/away/new/", people.away_new, name="away_new"),
    path("programs/", programs.program_list, name="programs"),
    path("programs/new/", programs.program_new, name="program_new"),
    path("programs/<uuid:ref>/", programs.program, name="program"),
    path("programs/<uuid:ref>/floor/", programs.floor_add, name="floor_add"),
    path("words/", hints.hint_list, name="hints"),
    path("words/new/", hints.hint_new, name="hint_new"),
    path("words/<uuid:ref>/", hints.hint, name="hint"),
    path("boundaries/", boundaries.overview, name="boundaries"),
    path("boundaries/<uuid:ref>/new/", boundaries.policy_new, name="policy_new"),
    path("hours/", sites.hours, name="hours"),
    path("hours/new/", sites.site_new, name="site_new"),
    path("hours/<uuid:ref>/", sites.site, name="site"),
    path("hours/<uuid:ref>/edit/", sites.site_edit, name="site_edit"),
    path("hours/<uuid:ref>/on-call/new/", sites.duty_new, name="duty_new"),
    path("on-call/<uuid:ref>/end/", sites.duty_end, name="duty_end"),
]

# Names without a namespace are those that Django's own views lead to.
urlpatterns = [
    path("", account.home, name="home"),
    path(
        "accounts/login/",
        public(because="sign-in")(account.SignIn.as_view()),
        name="login",
    ),
    path("accounts/again/", again.sign_in_again, name="sign_in_again"),
    path("accounts/take-back/", lending.taken_back, name="take_back"),
    path("accounts/logout/", public(because="sign-out")(account.SignOut.as_view()), name="logout"),
    path(
        "accounts/password/",
        requires(Permission.OWN_ACCOUNT)(account.ChangePassword.as_view()),
        name="password_change",
    ),
    path(
        "accounts/password/done/",
        requires(Permission.OWN_ACCOUNT)(auth.PasswordChangeDoneView.as_view()),
        name="password_change_done",
    ),
    path(
        "accounts/password/reset/",
        public(because="who forgot the password cannot sign in")(asked(resetting.AskReset.as_view())),
        name="password_reset",
    ),
    path(
        "accounts/password/reset/done/",
        public(because="says the same to everybody")(require_GET(auth.PasswordResetDoneView.as_view())),
        name="password_reset_done",
    ),
    path(
        "accounts/password/reset/complete/",
        public(because="says the same to everybody")(require_GET(auth.PasswordResetCompleteView.as_view())),
        name="password_reset_complete",
    ),
    path(
        "accounts/password/reset/<uuid:uidb64>/<slug:token>/",
        public(because="the token of the mail opens it")(asked(resetting.ChooseNew.as_view())),
        name="password_reset_confirm",
    ),
    path("accounts/login/code/", second_factor.sign_in_code, name="sign_in_code"),
    path("accounts/login/set-up/", second_factor.sign_in_set_up, name="sign_in_set_up"),
    path("accounts/second-factor/", second_factor.state, name="second_factor"),
    path("accounts/second-factor/set-up/", second_factor.set_up, name="second_factor_set_up"),
    path("accounts/second-factor/codes/", second_factor.new_codes, name="second_factor_codes"),
    path("accounts/second-factor/off/", second_factor.switch_off, name="second_factor_off"),
    path("accounts/", account.account, name="account"),
    path("accounts/calendar/", calendar.calendar, name="calendar"),
    path("accounts/calendar/link/", calendar.calendar_link, name="calendar_link"),
    path("accounts/calendar/off/", calendar.calendar_off, name="calendar_off"),
    path("accounts/sessions/", account.session_list, name="sessions"),
    path("accounts/sessions/left/", account.session_left, name="session_left"),
    path("accounts/sessions/end/", account.sessions_end, name="sessions_end"),
    path("accounts/sessions/<uuid:ref>/end/", account.session_end, name="session_end"),
    path("boundaries/", boundaries.mine, name="boundaries"),
    path("boundaries/<uuid:ref>/acknowledge/", boundaries.acknowledge, name="policy_acknowledge"),
    path("health/live", account.live, name="live"),
    path("health/ready", account.ready, name="ready"),
    path("manage/", include((manage, "staff"))),
    path("accounts/hours/", people.my_hours, name="my_hours"),
]
