from django.contrib.auth import views as auth
from django.urls import path

from staff.access import public, requires
from staff.forms import SignInForm
from staff.roles import Permission
from staff.views import account

# Names without a namespace are those that Django's own views lead to.
urlpatterns = [
    path("", account.home, name="home"),
    path(
        "accounts/login/",
        public(because="sign-in")(auth.LoginView.as_view(authentication_form=SignInForm)),
        name="login",
    ),
    path("accounts/logout/", public(because="sign-out")(auth.LogoutView.as_view()), name="logout"),
    path(
        "accounts/password/",
        requires(Permission.OWN_ACCOUNT)(auth.PasswordChangeView.as_view()),
        name="password_change",
    ),
    path(
        "accounts/password/done/",
        requires(Permission.OWN_ACCOUNT)(auth.PasswordChangeDoneView.as_view()),
        name="password_change_done",
    ),
    path("health/live", account.live, name="live"),
    path("health/ready", account.ready, name="ready"),
]
