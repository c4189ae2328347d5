"""Workers are killed 50 times while 8,000 reminders fall due: none is lost or doubled, in the app or as mail.

`./run prove crash` needs PostgreSQL and Redis. Celery workers, two beats and the loop without Celery work on one
database; kill -9 takes one of the workers or the loop with all its children, which is then started again.
"""

import random
import sys
import time
from datetime import timedelta

from django.db import connection

from interactions.models import Pass
from tests import rig
from tests.servers import database_url, wait_until

SEED = 27


def main():
    if not rig.has_servers():
        sys.exit(f"crash {rig.SERVERS}.")
    with rig.own_database():
        print(drill(concerns=4000, patients=200, staff=20, kills=50, every=3, workers=3, beats=2, loop=True))


def drill(*, concerns, patients, staff, kills, every, workers, beats, loop):
    """Kills a random one of the workers `kills` times, one each `every` seconds, and returns the figures."""
    began, chance = time.monotonic(), random.Random(SEED)
    program = rig.people(staff, patients)
    rig.tell(f"{patients} patients after {time.monotonic() - began:.0f} s")
    env = {"DATABASE_URL": database_url(), "PASS_EVERY": "2" if kills > 5 else "0.5"}
    with rig.fleet(env) as fleet, rig.sink(fleet.folder) as office:
        fleet.env["EMAIL_URL"] = office.url
        victims = [fleet.add_worker(n) for n in range(workers)] + ([fleet.add_loop()] if loop else [])
        for n in range(beats):
            fleet.add_beat(n)
        wait_until(lambda: Pass.objects.exclude(ended_at=None).exists(), 90)
        over = rig.fall_due(program, concerns, timedelta(seconds=0.9 * kills * every))
        began_killing = time.monotonic()
        for n in range(kills):
            time.sleep(max(0, began_killing + (n + chance.random()) * every - time.monotonic()))
            victim = chance.choice(victims)
            victim.kill()
            victim.start()
            if n % 10 == 9:
                rig.tell(f"{n + 1} kills, {rig.Reminder.objects.count()} reminders, {rig.unsent()} mails to go")
        wait_until(lambda: rig.timezone.now() > over)
        rig.settle(300, rig.tell)
        fleet.all_run()
        reminders, mails, doubled = rig.checked(office)
        cut = Pass.objects.filter(ended_at=None).count()
        assert doubled <= kills, f"{doubled} mails came twice after {kills} kills"
    return (
        f"crash: {connection.vendor}, {workers} workers, {beats} beats{' and the loop' if loop else ''}, {kills} × kill"
        f" -9, {cut} passes cut short of {Pass.objects.count()}: {reminders} reminders, 0 lost, 0 twice; {mails} mails,"
        f" 0 lost, 0 twice by Message-ID ({doubled} came a second time with the same one); "
        f"{time.monotonic() - began:.0f} s"
    )
