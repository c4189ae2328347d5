"""Django's pages for a forgotten password, with the rules of `staff.resetting`."""

from django.contrib.auth import views as auth
from django.core.exceptions import ValidationError
from django.shortcuts import redirect

from staff import resetting
from staff.models import StaffMember


class AskReset(auth.PasswordResetView):
    def form_valid(self, form):
        resetting.ask(email=form.cleaned_data["email"], request=self.request)
        return redirect("password_reset_done")


class ChooseNew(auth.PasswordResetConfirmView):
    """The page behind the link. Django moves the token into the session, so the page's own address has none."""

    @property
    def token_generator(self):
        return resetting.Tokens(self.request.now)

    def get_user(self, uidb64):
        return StaffMember.objects.active().with_site().with_ref(uidb64)

    def form_valid(self, form):
        token = self.request.session[auth.INTERNAL_RESET_SESSION_TOKEN]
        password = form.cleaned_data["new_password1"]
        try:
            resetting.set_forgotten(member=self.user, token=token, password=password, request=self.request)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        # Whoever is signed in in this browser is so no longer, nor half: the new password is asked for from the start.
        self.request.session.flush()
        return redirect("password_reset_complete")
