"""A device in the hands of somebody who does not work here: one form, and nothing else until its owner takes it back.

The staff member is signed out of this browser when they hand it over, so that nothing is open by construction; what
the session remembers is whose password brings them back, and the pages that may be seen meanwhile.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import authenticate
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from staff.second_factor import finish
from staff.sign_in import PasswordBackend

KEY = "lent"
LONGEST = timedelta(hours=2)  # a lost device opens nothing more than the sign-in page after that


@dataclass(frozen=True)
class Lent:
    """`home` is the page that everything else leads to; `pages` may be seen beside it; `back` is for its owner."""

    staff: int
    proof: str
    home: str
    pages: tuple
    back: str
    at: float

    def owner(self):
        """Whose password takes the device back, or None: an account that has ended, or changed its password since."""
        owner = PasswordBackend().get_user(self.staff)
        return owner if owner and constant_time_compare(owner.get_session_auth_hash(), self.proof) else None


def lend(request, *, home, pages, back):
    """Signs the staff member out of this browser, and leaves open only `home` and `pages`. Returns the way there."""
    lent = {
        "staff": request.user.pk,
        "proof": request.user.get_session_auth_hash(),
        "home": home,
        "pages": pages,
        "back": back,
        "at": request.now.timestamp(),
    }
    request.session.flush()
    request.session[KEY] = lent
    answer = redirect(home)
    answer.headers["Clear-Site-Data"] = '"cache"'  # what was open before is not to be found by going back
    return answer


def lent_in(request):
    """What is lent in this browser (a `Lent`), or None."""
    known = request.session.get(KEY)
    if known is None or request.now.timestamp() - known["at"] >= LONGEST.total_seconds():
        return None
    return Lent(**{**known, "pages": tuple(known["pages"])})


def take_back(request, lent, password):
    """Signs the owner in again, if this is their password, and returns where they were; else None.

    The second factor was given on this very device less than two hours ago, and is not asked again.
    """
    owner = lent.owner()
    if owner is None or authenticate(request, username=owner.username, password=password) != owner:
        return None
    request.session.flush()
    finish(request, owner)
    return lent.back
