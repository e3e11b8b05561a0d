"""Whose money is this, and where did it go: the chain read upwards from a loan and downwards from a facility.

Upwards every tenge leads through lots to a budget credit. Money mixes within a lot, so the answer is exact to the
lot: a relent tenge leads to the loans whose principal came back into its lot, and to the lots they were lent from.
Downwards each lot tells how much of it went to child facilities, loans, repayments and the budget, and what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from lending.chain.facilities import Facility, facilities, facility
from lending.chain.pools import Lot, lots_by_id, lots_of
from lending.chain.returns import owed


@dataclass(frozen=True, slots=True)
class Source:
    """A lot that money came from: ``amount`` tiyn of it went to the one below; None: the treasury.

    ``returned_from`` are the loans whose principal came back into the lot, tiyn by loan id. ``sources`` are the lots
    its money came from before: the parent's for a fresh lot, those of the returning loans for a returned one.
    """

    lot: Lot
    agreement: str
    lender_id: int
    borrower_id: int
    amount: int
    returned_from: Mapping[int, int]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class LotUse:
    """One lot from its day to now, in tiyn: in, and out by destination; ``owed`` of the rest is owed to the budget."""

    lot: Lot
    received: int
    returned: int
    to_facilities: Mapping[int, int]
    to_loans: Mapping[int, int]
    repaid: int
    budget: int
    on_hand: int
    owed: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A facility, its lots, and the facilities its money went to."""

    facility: Facility
    lots: tuple[LotUse, ...]
    children: tuple[Spread, ...]


NET = """
    SELECT lot_id, kind, loan_id, other_facility_id, other_lot_id, sum(amount)::bigint AS amount FROM lot_movement
    WHERE {which} AND moved_on <= :on GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0 ORDER BY 1, 2, 3, 4, 5
"""


class _Tracer:
    """Reads lots and movements level by level, remembering what it has read."""

    def __init__(self, session: Session, on: date) -> None:
        self.session = session
        self.on = on
        self.facilities: dict[int, Facility] = {}
        self.lots: dict[int, Lot] = {}
        self.above: dict[int, tuple[dict[int, int], tuple[Source, ...]]] = {}

    def net(self, which: str, **values: Any) -> list[Any]:
        """Movements of some lots or loans, undone ones cancelled."""
        return list(self.session.execute(text(NET.format(which=which)), values | {"on": self.on}))

    def read(self, lot_ids: Iterable[int]) -> None:
        """Know lots, and the facilities they are of."""
        self.lots |= lots_by_id(self.session, set(lot_ids) - self.lots.keys())
        owners = {lot.facility_id for lot in self.lots.values()} - self.facilities.keys()
        self.facilities |= facilities(self.session, owners)

    def sources(self, amounts: Mapping[int, int]) -> tuple[Source, ...]:
        """Lots with everything above them, by the tiyn that came from each."""
        self.read(amounts)
        return tuple(self.source(lot_id, tiyn) for lot_id, tiyn in sorted(amounts.items()))

    def source(self, lot_id: int, amount: int) -> Source:
        """A lot and everything above it."""
        lot = self.lots[lot_id]
        owner = self.facilities[lot.facility_id]
        if lot_id not in self.above:
            self.above[lot_id] = self._above(lot)
        loans, sources = self.above[lot_id]
        return Source(lot, owner.number, owner.lender_id, owner.borrower_id, amount, loans, sources)

    def _above(self, lot: Lot) -> tuple[dict[int, int], tuple[Source, ...]]:
        """The loans whose principal came back into a lot, and the lots its money came from."""
        coming = self.net("lot_id = :lot AND kind IN ('received', 'returned')", lot=lot.id)
        loans = {row.loan_id: row.amount for row in coming if row.loan_id is not None}
        above: dict[int, int] = defaultdict(int)
        for row in coming:
            if row.other_lot_id is not None and row.kind == "received":
                above[row.other_lot_id] += row.amount
        if loans:
            above |= self._lent_before(lot, list(loans))
        return loans, self.sources(above)

    def _lent_before(self, lot: Lot, loans: list[int]) -> dict[int, int]:
        """Lots of the turn before that loans were lent from: tiyn by lot."""
        found: dict[int, int] = defaultdict(int)
        lent = self.net("loan_id = ANY(:loans) AND kind = 'lent'", loans=loans)
        self.read(row.lot_id for row in lent)
        for row in lent:
            if self.lots[row.lot_id].turn == lot.turn - 1:
                found[row.lot_id] -= row.amount
        return found


def trace_loan(session: Session, loan_id: int, on: date = date.max) -> tuple[Source, ...]:
    """The lots a loan was lent from, each up to the budget credits its money came from, as known at a day's close.

    Raises:
        NotFound: nothing was lent to such a loan by then.
    """
    tracer = _Tracer(session, on)
    lent = tracer.net("loan_id = :loan AND kind = 'lent'", loan=loan_id)
    if not lent:
        raise NotFound(what="loan with money of the chain", name=str(loan_id))
    return tracer.sources({row.lot_id: -row.amount for row in lent})


def trace_facility(session: Session, facility_id: int, on: date = date.max) -> Spread:
    """Where the money of a facility went, link by link down to loans, as known at a day's close.

    Raises:
        NotFound: no such facility.
    """
    facility(session, facility_id)
    tracer = _Tracer(session, on)
    tracer.facilities = facilities(session)
    tracer.lots = {lot.id: lot for lot in lots_of(session, tracer.facilities)}
    moved: dict[int, list[Any]] = defaultdict(list)
    for row in tracer.net("true"):
        moved[row.lot_id].append(row)
    owing: dict[int, int] = defaultdict(int)
    for each in owed(session, on):
        owing[each.lot_id] += each.amount - each.paid
    return _spread(tracer, facility_id, moved, owing)


def _spread(tracer: _Tracer, facility_id: int, moved: Mapping[int, list[Any]], owing: Mapping[int, int]) -> Spread:
    lots = tuple(
        _use(lot, moved.get(lot.id, ()), owing.get(lot.id, 0))
        for lot in tracer.lots.values()
        if lot.facility_id == facility_id and lot.id in moved
    )
    children = [each.id for each in tracer.facilities.values() if each.parent_id == facility_id]
    below = tuple(_spread(tracer, child, moved, owing) for child in children)
    return Spread(tracer.facilities[facility_id], lots, below)


def _use(lot: Lot, rows: Iterable[Any], owing: int) -> LotUse:
    rows = list(rows)

    def total(kind: str) -> int:
        return sum(row.amount for row in rows if row.kind == kind)

    return LotUse(
        lot=lot,
        received=total("received"),
        returned=total("returned"),
        to_facilities=_lent_to(rows, "other_facility_id"),
        to_loans=_lent_to(rows, "loan_id"),
        repaid=-total("repaid"),
        budget=-total("budget"),
        on_hand=sum(row.amount for row in rows),
        owed=owing,
    )


def _lent_to(rows: Collection[Any], whom: str) -> dict[int, int]:
    """Tiyn lent out of a lot, by the facility or loan it went to."""
    found: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.kind == "lent" and getattr(row, whom) is not None:
            found[getattr(row, whom)] -= row.amount
    return dict(found)
