"""What is attacked: the world of the doors table, and a browser for each of its cast."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.test import Client
from django.urls import reverse

from staff.choices import ProgramKind
from staff.roles import Role
from tests.cast import enter
from tests.factories import make_episode, make_program, make_site, make_staff
from tests.furniture import furnished
from tests.test_doors import CAST, DOORS


@dataclass
class World:
    cast: dict  # name -> StaffMember
    objects: dict  # what a row of the doors table names in `of` -> the record
    clients: dict = field(default_factory=dict)  # name -> signed-in Client; "nobody" too

    def address(self, route):
        row = DOORS[route]
        return reverse(route, args=[self.objects[row.of].ref, *row.more] if row.of else [])

    def routes(self):
        """The routes whose addresses this world can name."""
        return list(DOORS)

    def pages(self):
        """The addresses that are read, by route."""
        return {name: self.address(name) for name, row in DOORS.items() if row.method == "get"}

    def enter(self, who):
        self.clients[who] = client = Browser(raise_request_exception=False)
        if who != "nobody":
            enter(client, self.cast[who])
        return client

    def patients(self):
        return [self.objects["patient"]]

    @contextmanager
    def taken_back(self, who=None):
        """What is done in the block is taken back, in the database and in the browser of `who`."""
        client = self.clients.get(who)
        kept = client and client.cookies.copy()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        if client:
            client.cookies.clear()
            client.cookies.update(kept)

    def lets_in(self, who, route):
        """Whether the doors table answers them with the page or leads them on."""
        return DOORS[route].answers[CAST.index(who)] < 400

    def insider(self, route):
        """Somebody whom the doors table lets in, or "nobody" where nobody of the cast is."""
        return next((who for who in CAST[1:] if self.lets_in(who, route)), "nobody")


class Browser(Client):
    """A client that always speaks https."""

    def generic(self, *args, **extra):
        return super().generic(*args, **extra | {"secure": True})


def build():
    """North in New York and South in Auckland, dana at North, one record of each kind about her, and the cast."""
    north, south = make_site("North", "America/New_York"), make_site("South", "Pacific/Auckland")
    roles = {
        "mara": (Role.CLINICIAN, north),
        "nils": (Role.CLINICIAN, north),
        "vera": (Role.SUPERVISOR, north),
        "ada": (Role.ADMIN, north),
        "otto": (Role.AUDITOR, north),
        "sione": (Role.SUPERVISOR, south),
    }
    cast = {name: make_staff(name, role, site) for name, (role, site) in roles.items()}
    residential = make_program("Residential North", ProgramKind.RESIDENTIAL, north, cast["vera"])
    make_program("Evening South", ProgramKind.IOP, south, cast["sione"])
    dana = make_episode(program=residential, primary=cast["mara"]).patient
    world = World(cast, furnished(dana, cast))
    for who in CAST:
        world.enter(who)
    return world
