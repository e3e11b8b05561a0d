"""Whose money is this, and where did it go: the chain read upwards from a loan and downwards from a facility.

Upwards every tenge leads through lots to a budget credit. Money mixes within a lot, so the answer is exact to the
lot: a relent tenge leads to the loans whose principal came back into its lot, and to the lots they were lent from.
Downwards each lot tells how much of it went to child facilities, loans, repayments and the budget, and what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
#: Every lot above a loan: those it was lent from; the parent's of a fresh lot; and of a returned one, those of the turn
#: before that its returning loans were lent from.
ABOVE = text(
    """
    WITH RECURSIVE above AS (
        SELECT lot.id, lot.turn FROM lot_movement JOIN lot ON lot.id = lot_id
        WHERE loan_id = :loan AND lot_movement.kind = 'lent' AND moved_on <= :on
        UNION
        SELECT lot.id, lot.turn FROM above CROSS JOIN LATERAL (
            SELECT other_lot_id AS lot_id, NULL AS turn FROM lot_movement
            WHERE lot_id = above.id AND kind = 'received' AND other_lot_id IS NOT NULL AND moved_on <= :on
            UNION ALL
            SELECT lent.lot_id, above.turn - 1 FROM lot_movement came
            JOIN lot_movement lent ON lent.loan_id = came.loan_id AND lent.kind = 'lent' AND lent.moved_on <= :on
            WHERE came.lot_id = above.id AND came.kind = 'returned' AND came.moved_on <= :on
        ) AS before JOIN lot ON lot.id = before.lot_id AND lot.turn = coalesce(before.turn, lot.turn)
    )
    SELECT id FROM above
    """
)


def _net(session: Session, on: date, which: str, **values: Any) -> list[Any]:
    """Movements of some lots or loans up to a day, undone ones cancelled."""
    return list(session.execute(text(NET.format(which=which)), values | {"on": on}))


class _Ascent:
    """The way up from a loan, read at once: the lots above it, what came into each, and what loans were lent from."""

    def __init__(self, session: Session, loan_id: int, on: date) -> None:
        self.lots = lots_by_id(session, session.scalars(ABOVE, {"loan": loan_id, "on": on}))
        self.facilities = facilities(session, {lot.facility_id for lot in self.lots.values()})
        self.coming: dict[int, list[Any]] = defaultdict(list)
        for row in _net(
            session, on, "lot_id = ANY(:lots) AND kind IN ('received', 'returned')", lots=list(self.lots)
        ):  # fmt: skip
            self.coming[row.lot_id].append(row)
        loans = {row.loan_id for rows in self.coming.values() for row in rows if row.loan_id is not None}
        self.lent: dict[int, dict[int, int]] = defaultdict(dict)
        for row in _net(session, on, "loan_id = ANY(:loans) AND kind = 'lent'", loans=[loan_id, *loans]):
            self.lent[row.loan_id][row.lot_id] = -row.amount
        self.above: dict[int, tuple[dict[int, int], tuple[Source, ...]]] = {}

    def sources(self, amounts: Mapping[int, int]) -> tuple[Source, ...]:
        """Lots with everything above them, by the tiyn that came from each."""
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
        loans = {row.loan_id: row.amount for row in self.coming[lot.id] if row.loan_id is not None}
        above: dict[int, int] = defaultdict(int)
        for row in self.coming[lot.id]:
            if row.other_lot_id is not None and row.kind == "received":
                above[row.other_lot_id] += row.amount
        for loan_id in loans:
            for lot_id, tiyn in self.lent[loan_id].items():
                if lot_id in self.lots and self.lots[lot_id].turn == lot.turn - 1:
                    above[lot_id] += tiyn
        return loans, self.sources(above)


def trace_loan(session: Session, loan_id: int, on: date = date.max) -> tuple[Source, ...]:
    """The lots a loan was lent from, each up to the budget credits its money came from, as known at a day's close.

    Raises:
        NotFound: nothing was lent to such a loan by then.
    """
    way = _Ascent(session, loan_id, on)
    if loan_id not in way.lent:
        raise NotFound(what="loan with money of the chain", name=str(loan_id))
    return way.sources(way.lent[loan_id])


def trace_facility(session: Session, facility_id: int, on: date = date.max) -> Spread:
    """Where the money of a facility went, link by link down to loans, as known at a day's close.

    Raises:
        NotFound: no such facility.
    """
    facility(session, facility_id)
    everyone = facilities(session)
    moved: dict[int, list[Any]] = defaultdict(list)
    for row in _net(session, on, "true"):
        moved[row.lot_id].append(row)
    owing: dict[int, int] = defaultdict(int)
    for each in owed(session, on):
        owing[each.lot_id] += each.amount - each.paid
    uses: dict[int, list[LotUse]] = defaultdict(list)
    for lot in lots_of(session, everyone):
        if lot.id in moved:
            uses[lot.facility_id].append(_use(lot, moved[lot.id], owing.get(lot.id, 0)))
    return _spread(everyone, facility_id, uses)


def _spread(everyone: Mapping[int, Facility], facility_id: int, uses: Mapping[int, Sequence[LotUse]]) -> Spread:
    children = [each.id for each in everyone.values() if each.parent_id == facility_id]
    below = tuple(_spread(everyone, child, uses) for child in children)
    return Spread(everyone[facility_id], tuple(uses.get(facility_id, ())), below)


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
