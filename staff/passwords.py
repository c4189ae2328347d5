"""What no password is made of: the words that everybody who tries would think of first."""

from django.conf import settings
from django.core.exceptions import ValidationError

LONGEST = 128
WORD = 4  # shorter ones stand in half of all sentences


class ContextValidator:
    """Refuses the name of this site, of its house and of the account in a password, and one without an end."""

    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(f"Take at most {LONGEST} characters.", code="password_too_long")
        words = {settings.PUBLIC_NAME, *((user and (user.username, *site_words(user))) or ())}
        if any(len(word) >= WORD and word.casefold() in password.casefold() for word in words):
            raise ValidationError("Leave out your user name and the names of this site.", code="password_of_here")

    def get_help_text(self):
        return "Without your user name and the names of this site."


def site_words(user):
    return user.site.name.split() if user.site_id else ()
