"""The accounting of support money: each event and the entries it makes.

Pure, as `lending.bookings`. A subsidy is booked in two books, a receivable of the MFO against a payable of the akimat;
a grant in the akimat's alone, for a participant keeps no book here and the employment centre that pays is the
akimat's. The local budget pays through the treasury, so akimats' money is ``treasury``. A subsidy is the MFO's own
money, ``cash``: it never enters a lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.entries import Event, entry


def subsidy(subsidy_id: int) -> str:
    """Subject of a subsidy."""
    return f"subsidy:{subsidy_id}"


def grant(grant_id: int) -> str:
    """Subject of a state grant."""
    return f"grant:{grant_id}"


@dataclass(frozen=True, slots=True)
class Subsidised:
    """The two books of a subsidy: the akimat that pays it and the MFO that receives it."""

    subsidy_id: int
    payer: int
    recipient: int


def subsidy_decided(books: Subsidised, on: date, amount: int) -> Event:
    """The commission granted ``amount``: from now on owed."""
    name = subsidy(books.subsidy_id)
    return Event("subsidy-decided", on, name, (
        entry(books.payer, [("subsidy-expense", name, amount), ("subsidy-payable", name, -amount)]),
        entry(books.recipient, [("subsidy-receivable", name, amount), ("subsidy-income", name, -amount)]),
    ))  # fmt: skip


def subsidy_paid(books: Subsidised, on: date, amount: int) -> Event:
    """The local budget paid what was owed."""
    name = subsidy(books.subsidy_id)
    return Event("subsidy-paid", on, name, (
        entry(books.payer, [("subsidy-payable", name, amount), ("treasury", "", -amount)]),
        entry(books.recipient, [("cash", "", amount), ("subsidy-receivable", name, -amount)]),
    ))  # fmt: skip


def grant_decided(payer: int, grant_id: int, on: date, amount: int) -> Event:
    """A grant was awarded: from now on owed to the participant."""
    name = grant(grant_id)
    return Event("grant-decided", on, name, (
        entry(payer, [("grant-expense", name, amount), ("grant-payable", name, -amount)]),
    ))  # fmt: skip


def grant_paid(payer: int, grant_id: int, on: date, amount: int) -> Event:
    """The employment centre paid a grant."""
    name = grant(grant_id)
    return Event("grant-paid", on, name, (
        entry(payer, [("grant-payable", name, amount), ("treasury", "", -amount)]),
    ))  # fmt: skip
