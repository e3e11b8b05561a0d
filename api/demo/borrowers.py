"""How borrowers of the demo pay and prove what they bought: a temper each, decided once by the seed.

Pure but for a borrower's own memory of how far it has paid. Who pays late also pays a rounded sum, as people do, so
that the interest on late principal is covered; what is too much stays with the lender as an overpayment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from api.demo.calibration import Calibration
from ledger.periods import last_day

THOUSAND_TENGE = 1000 * 100


@dataclass(frozen=True, slots=True)
class Temper:
    """How one borrower pays.

    ``delay`` days after the due date; ``stops_after`` instalments, then never again; ``settles_after`` instalments,
    then everything at once; sums are rounded up to ``step`` tiyn. ``proves`` is the share of the loan that the
    borrower can document, ``proves_after`` how many days it takes.
    """

    delay: int
    stops_after: int | None
    settles_after: int | None
    step: int
    proves: float
    proves_after: int


def temper(calibration: Calibration, random: Random) -> Temper:
    """A temper drawn by the shares of the calibration."""
    kind = random.choices(list(calibration.borrowers), list(calibration.borrowers.values()))[0]
    delay = {"late": random.randrange(3, 26), "slow": random.randrange(32, 81)}.get(kind, 0)
    step = {"late": THOUSAND_TENGE, "slow": 5 * THOUSAND_TENGE}.get(kind, 1)
    return Temper(
        delay=delay,
        stops_after=random.randrange(2, 13) if kind == "defaulting" else None,
        settles_after=random.randrange(6, 18) if kind == "prepaying" else None,
        step=THOUSAND_TENGE if step == 1 and random.random() < 0.02 else step,
        proves=random.choices((1.0, 0.6, 0.0), (95, 3, 2))[0],
        proves_after=random.choices((random.randrange(15, 86), random.randrange(91, 130)), (94, 6))[0],
    )


@dataclass(slots=True)
class Borrower:
    """A loan that was paid out: ``dues`` are (date, tiyn) of its instalments, the first ``paid`` of them are paid."""

    loan_id: int
    contract_number: str
    lender: str
    temper: Temper
    amount: int
    disbursed_on: date
    dues: Sequence[tuple[date, int]]
    paid: int = 0
    settled: bool = field(default=False)

    def payments(self, month: date) -> Iterator[tuple[date, int]]:
        """(day, tiyn) of the payments made in ``month``, each for one instalment."""
        while self.paid < len(self.dues) and not self.settled and self.paid != self.temper.stops_after:
            due_on, owed = self.dues[self.paid]
            paid_on = due_on + timedelta(days=self.temper.delay)
            if paid_on > last_day(month):
                return
            self.paid += 1
            yield paid_on, -(-owed // self.temper.step) * self.temper.step

    def settles(self) -> bool:
        """Whether the borrower now pays off the whole rest early; true once."""
        if self.settled or self.temper.settles_after is None or self.paid < self.temper.settles_after:
            return False
        self.settled = True
        return True

    def proof(self) -> tuple[date, int] | None:
        """(day, tiyn) of the documents that prove the use of the loan, or None when there are none."""
        proved = int(self.amount * self.temper.proves)
        return (self.disbursed_on + timedelta(days=self.temper.proves_after), proved) if proved else None
