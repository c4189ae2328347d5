from django import forms

CONFIRM_REFUSED = "That is not it. Try again; after 5 wrong tries wait one minute, after 10 fifteen."


class ConfirmForm(forms.Form):
    """The password of whoever is signed in, asked for again."""

    confirm_password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def refuse(self):
        self.add_error("confirm_password", CONFIRM_REFUSED)
