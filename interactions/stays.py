"""What can be done with a stay: its form, its service, and when it is offered."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from interactions.forms import care as forms
from interactions.services import care
from patients.access import may_move
from staff.roles import Permission


@dataclass(frozen=True)
class Situation:
    """A patient as one person sees them now: what the offers depend on."""

    patient: object
    user: object
    episode: object
    paused: bool
    moves: bool

    @property
    def is_open(self):
        return self.episode.is_open and self.patient.died_on is None

    @property
    def is_between(self):
        return not self.episode.is_open and self.patient.died_on is None


@dataclass(frozen=True)
class StayAction:
    """An action `/patients/<id>/episodes/<name>/`: `when` says in which states, `whose` for whom."""

    name: str
    label: str
    form: type
    run: Callable
    when: Callable
    submit: str
    lede: str = ""
    initial: Callable = field(default=lambda situation, now: {})
    whose: Callable = field(default=lambda situation: True)

    def offered(self, situation):
        return self.when(situation) and self.whose(situation)


def on_episode(service):
    return lambda patient, **answers: service(episode=patient.latest_episode, **answers)


def today(situation, now):
    return situation.episode.program.site.local_date(now)


ACTIONS = [
    StayAction(
        "transfer",
        "Move to another program",
        forms.TransferForm,
        on_episode(care.transfer),
        lambda s: s.is_open,
        "Move",
        whose=lambda s: s.moves,
        lede="Whoever can no longer see the record passes on what they owe.",
    ),
    StayAction(
        "pause",
        "Away for a while",
        forms.PauseForm,
        on_episode(care.pause),
        lambda s: s.is_open,
        "Save",
        lede="Conversations, meetings and milestones rest until they are back. Concerns and promises do not.",
    ),
    StayAction(
        "back",
        "They are back",
        forms.BackForm,
        on_episode(care.resume),
        lambda s: s.is_open and s.paused,
        "They are back",
        lede="From now on the next conversation and meeting are due again.",
    ),
    StayAction(
        "discharge",
        "Discharge",
        forms.DischargeForm,
        on_episode(care.discharge),
        lambda s: s.is_open,
        "Discharge",
        whose=lambda s: s.moves,
        lede="What we still owe stays owed, by whoever stays in touch.",
        initial=lambda s, now: {"discharged_on": today(s, now)},
    ),
    StayAction(
        "reopen",
        "The discharge was a mistake",
        forms.ReopenForm,
        on_episode(care.reopen_discharge),
        lambda s: s.is_between,
        "Open the stay again",
        whose=lambda s: s.moves or s.user == s.episode.discharged_by,
        lede="The team, the planned meetings and what was owed come back as they were.",
    ),
    StayAction(
        "welcome-back",
        "Welcome back",
        forms.WelcomeBackForm,
        care.readmit,
        lambda s: s.is_between,
        "Welcome back",
        whose=lambda s: s.user.may(Permission.PATIENT_ADMIT),
        lede="Everything that was kept for their return is open again.",
        initial=lambda s, now: {
            "admitted_at": now,
            "primary": s.user.ref,
            "program": s.episode.program.ref,
            "opioid_involved": s.episode.opioid_involved,
        },
    ),
    StayAction(
        "died",
        "Write down a death",
        forms.DiedForm,
        care.record_death,
        lambda s: s.patient.died_on is None,
        "Write it down",
        whose=lambda s: s.moves,
        lede="Tell the team in person first. Every reminder ends, and the record can then only be read and amended.",
        initial=lambda s, now: {"died_on": today(s, now)},
    ),
]


def situation_of(patient, user, now):
    return Situation(
        patient=patient,
        user=user,
        episode=patient.latest_episode,
        paused=patient.latest_episode.pauses.current(now).exists(),
        moves=may_move(user, patient, now),
    )


def as_it_stands(situation, episode, now):
    """The same situation after a colleague changed the stay."""
    return replace(situation, episode=episode, paused=episode.pauses.current(now).exists())


def offered(situation):
    return [action for action in ACTIONS if action.offered(situation)]


def named(name):
    return next((action for action in ACTIONS if action.name == name), None)
