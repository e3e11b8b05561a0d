"""What is free in the lots of a facility, day by day.

Money is free on a day when it lies in the lot on that day and is not taken out later, nor owed back to the budget:
so a booking dated in the past can never make a lot negative on any day since. A pool is read once for a whole
batch, under the facility's lock, and money taken from it is gone for what follows in the batch. Nothing is written
here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import numpy.typing as npt
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lending.chain.tables import LotRow

Tiyn = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lot:
    """Money of one kind in a facility; see `LotRow` for the words. ``usable_until`` is inclusive."""

    id: int
    facility_id: int
    kind: str
    turn: int
    financial_year: int
    arrived_on: date
    usable_until: date | None

    def usable(self, on: date) -> bool:
        """Whether its money may be lent on a day."""
        return self.usable_until is None or on <= self.usable_until


class Pool:
    """The lots of one facility and what is free in each, on every day from the first one asked about."""

    def __init__(self, lots: Sequence[Lot], days: npt.NDArray[np.datetime64], balances: dict[int, Tiyn]) -> None:
        self.lots = lots
        self._days = days
        self._balances = balances

    def lendable(self, on: date) -> list[Lot]:
        """Lots that may be lent from on a day, oldest first."""
        return sorted((lot for lot in self.lots if lot.usable(on)), key=lambda lot: (lot.arrived_on, lot.id))

    def repayable(self) -> list[Lot]:
        """Lots in the order that repayments up the chain use them: returned before fresh, oldest first."""
        return sorted(self.lots, key=lambda lot: (lot.kind == "fresh", lot.arrived_on, lot.id))

    def free(self, lot_id: int, on: date) -> int:
        """Tiyn that can leave a lot on a day without making it negative on any day after; at least 0."""
        return max(0, int(self._balances[lot_id][self._place(on) :].min()))

    def free_in(self, lots: Iterable[Lot], on: date) -> int:
        """Tiyn free in several lots together."""
        return sum(self.free(lot.id, on) for lot in lots)

    def take(self, lots: Iterable[Lot], tiyn: int, on: date) -> dict[int, int]:
        """Take up to ``tiyn`` out of ``lots`` in their order: tiyn by lot, in all what there is at most."""
        taken: dict[int, int] = {}
        for lot in lots:
            part = min(tiyn, self.free(lot.id, on))
            if part:
                self._balances[lot.id][self._place(on) :] -= part
                taken[lot.id] = part
                tiyn -= part
        return taken

    def _place(self, on: date) -> int:
        return int(np.searchsorted(self._days, np.datetime64(on)))


#: Money in lots by day, less what is owed back to the budget and not yet paid.
FREE = """
    SELECT lot_id, moved_on, sum(amount)::bigint AS amount FROM (
        SELECT lot_id, moved_on, amount FROM lot_movement WHERE lot_id = ANY(:lots)
        UNION ALL
        SELECT lot_id, arisen_on, -amount FROM budget_return WHERE lot_id = ANY(:lots)
        UNION ALL
        SELECT r.lot_id, p.paid_on, p.amount FROM budget_return_payment p
        JOIN budget_return r ON r.id = p.budget_return_id WHERE r.lot_id = ANY(:lots)
    ) AS moved GROUP BY lot_id, moved_on
"""


_LOT = tuple(getattr(LotRow, each.name) for each in fields(Lot))


def lots_of(session: Session, facility_ids: Iterable[int]) -> list[Lot]:
    """The lots of facilities, in order of id."""
    query = select(*_LOT).where(LotRow.facility_id.in_(list(facility_ids))).order_by(LotRow.id)
    return [Lot(*row) for row in session.execute(query)]


def lots_by_id(session: Session, lot_ids: Iterable[int]) -> dict[int, Lot]:
    """Lots by their ids."""
    return {row.id: Lot(*row) for row in session.execute(select(*_LOT).where(LotRow.id.in_(list(lot_ids))))}


def lot_value(row: LotRow) -> Lot:
    """A lot's row as a value."""
    return Lot(row.id, row.facility_id, row.kind, row.turn, row.financial_year, row.arrived_on, row.usable_until)


def pool_of(session: Session, facility_id: int, days: Collection[date]) -> Pool:
    """The pool of a facility for money that will move on ``days``; hold the facility's lock before."""
    return pools_of(session, [facility_id], days)[facility_id]


def pools_of(session: Session, facility_ids: Collection[int], days: Collection[date]) -> dict[int, Pool]:
    """The pools of several facilities for money that will move on ``days``; hold the facilities' locks before."""
    lots: dict[int, list[Lot]] = {facility_id: [] for facility_id in facility_ids}
    changes: dict[int, list[tuple[date, int]]] = {}
    for lot in lots_of(session, facility_ids):
        lots[lot.facility_id].append(lot)
        changes[lot.id] = []
    for lot_id, moved_on, tiyn in session.execute(text(FREE), {"lots": [*changes]}):
        changes[lot_id].append((moved_on, tiyn))
    return {facility_id: _pool(own, changes, days) for facility_id, own in lots.items()}


def _pool(lots: Sequence[Lot], changes: Mapping[int, Sequence[tuple[date, int]]], days: Collection[date]) -> Pool:
    moved_on = [day for lot in lots for day, _ in changes[lot.id]]
    calendar = np.unique(np.array([*days, *moved_on], dtype="datetime64[D]"))
    balances = {}
    for lot in lots:
        change = np.zeros(len(calendar), np.int64)
        for day, tiyn in changes[lot.id]:
            change[np.searchsorted(calendar, np.datetime64(day))] += tiyn
        balances[lot.id] = np.cumsum(change)
    return Pool(lots, calendar, balances)
