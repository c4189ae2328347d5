"""What a patient said of their care over time, drawn small, and what became of what they asked for."""

from dataclasses import dataclass

from interactions.models import Concern, Feedback
from interactions.models.feedback import HIGHEST, ITEMS

DRAWN = 12  # forms
WIDTH, HEIGHT, EDGE = 120, 36, 4


@dataclass(frozen=True)
class Trend:
    """One item over time: the newest number, the one before, and the points of its line."""

    label: str
    last: int
    before: int | None
    points: tuple

    @property
    def line(self):
        return " ".join(f"{x},{y}" for x, y in self.points)

    @property
    def end(self):
        return self.points[-1]

    @property
    def said(self):
        """How it went on, in a word."""
        if self.before is None:
            return "asked once"
        if self.last == self.before:
            return "as before"
        return f"{'up' if self.last > self.before else 'down'} from {self.before}"


def trend(given):
    """A `Trend` of each item that they answered, from what they gave (`Feedback`s, newest first)."""
    earliest_first = list(given)[:DRAWN][::-1]
    found = []
    for item in ITEMS:
        numbers = [number for one in earliest_first if (number := getattr(one, item)) is not None]
        if numbers:
            label = Feedback._meta.get_field(item).verbose_name
            before = numbers[-2] if len(numbers) > 1 else None
            found.append(Trend(label, numbers[-1], before, tuple(placed(numbers))))
    return found


def placed(numbers):
    """Where the numbers stand in the picture, the newest at its right end."""
    step = (WIDTH - 2 * EDGE) / max(len(numbers) - 1, 1)
    first = EDGE if len(numbers) > 1 else WIDTH - EDGE
    for at, number in enumerate(numbers):
        yield round(first + at * step, 1), round(HEIGHT - EDGE - number / HIGHEST * (HEIGHT - 2 * EDGE), 1)


def newest(patient, viewer, now):
    """What they gave that `viewer` may read, newest first."""
    return list(Feedback.objects.on_pages_of(patient, viewer, now).newest_first()[:DRAWN])


def you_said(patient, viewer, now):
    """What they asked for in their forms, each a `Concern` with what became of it, newest first."""
    return Concern.objects.on_pages_of(patient, viewer, now).from_feedback()[:50]
