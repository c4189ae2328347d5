from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm

CONFIRM_REFUSED = "That is not it. Try again; after 5 wrong tries wait one minute, after 10 fifteen."


class ChangePasswordForm(PasswordChangeForm):
    """A new password for whoever knows the old one. Wrong tries are counted with those of the sign-in."""

    def __init__(self, *args, request, **options):
        super().__init__(*args, **options)
        self.request = request

    def clean_old_password(self):
        password = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.username, password=password) != self.user:
            raise forms.ValidationError(CONFIRM_REFUSED)
        return password


class ConfirmForm(forms.Form):
    """The password of whoever is signed in, asked for again."""

    confirm_password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def refuse(self):
        self.add_error("confirm_password", CONFIRM_REFUSED)


class TakeBackForm(ConfirmForm):
    """The password of whoever handed the device over. No browser fills it in: somebody else holds the device."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["confirm_password"].widget.attrs = {"autocomplete": "new-password"}


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class NewCodeForm(forms.Form):
    """The first code of an authenticator that is being set up."""

    code = forms.CharField(
        label="The code that the app shows now",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
