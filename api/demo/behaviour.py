"""How borrowers of the demo pay: a temper each, decided once by the seed.

Pure: given when instalments fall due and what is owed, it says who pays how much on which day of the month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from api.demo.calibration import Calibration


@dataclass(frozen=True, slots=True)
class Temper:
    """How one borrower pays.

    ``delay`` days after the due date; ``stops_after`` months of paying, then never again; ``settles_after`` months
    of paying, then the rest at once; ``rounds_up`` to whole thousands, which leaves overpayments.
    """

    delay: int
    stops_after: int | None
    settles_after: int | None
    rounds_up: bool


def temper(calibration: Calibration, random: Random) -> Temper:
    """A temper drawn by the shares of the calibration."""
    kind = random.choices(list(calibration.borrowers), list(calibration.borrowers.values()))[0]
    rounds_up = random.random() < 0.03
    delay = {"late": random.randrange(3, 26), "slow": random.randrange(32, 81)}.get(kind, 0)
    stops_after = random.randrange(3, 16) if kind == "defaulting" else None
    settles_after = random.randrange(8, 20) if kind == "prepaying" else None
    return Temper(delay, stops_after, settles_after, rounds_up)


def pays_on(temper: Temper, due_on: date, months_running: int) -> date | None:
    """The day on which an instalment due ``due_on`` is paid, or None when it never is."""
    if temper.stops_after is not None and months_running > temper.stops_after:
        return None
    return due_on + timedelta(days=temper.delay)


def amount_paid(temper: Temper, owed: int) -> int:
    """What is paid when ``owed`` tiyn are due."""
    thousand = 1000 * 100
    return -(-owed // thousand) * thousand if temper.rounds_up else owed
