"""Utilisation of drawn money by its deadlines, and the conservation of money at any date.

Each link has a clock of its own, started by the transfer or by the agreement (reading A-21), so utilisation is told
drawdown by drawdown. An alert goes by the shortest deadline that encloses the money: its own, or that of a lot
above it came through. Conservation is the proof that no tenge of a facility is lost or made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.balances import balances
from lending import bookings
from lending.chain.facilities import facilities
from lending.chain.pools import Lot, lots_of


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What became of one drawdown by a day; tiyn, ``deadline`` and ``alert_by`` inclusive, None without a period.

    ``unused`` left the lot up the chain without having been lent; ``remaining`` still lies there.
    """

    facility_id: int
    lot_id: int
    received_on: date
    received: int
    lent: int
    unused: int
    remaining: int
    deadline: date | None
    alert_by: date | None
    days_left: int | None

    @property
    def share(self) -> Fraction:
        """Part of the money received that was lent on."""
        return Fraction(self.lent, self.received) if self.received else Fraction(0)


MOVED = """
    SELECT m.lot_id, m.kind, sum(m.amount)::bigint AS amount FROM lot_movement m JOIN lot l ON l.id = m.lot_id
    WHERE m.moved_on <= :on AND l.facility_id = ANY(:facilities) GROUP BY m.lot_id, m.kind
"""


def _moved(session: Session, on: date, facility_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Tiyn moved by the close of a day, by lot and kind of movement."""
    found: dict[int, dict[str, int]] = {}
    for row in session.execute(text(MOVED), {"on": on, "facilities": list(facility_ids)}):
        found.setdefault(row.lot_id, {})[row.kind] = row.amount
    return found


ABOVE = text(
    """
    SELECT DISTINCT m.lot_id, m.other_lot_id FROM lot_movement m
    WHERE m.kind = 'received' AND m.other_lot_id IS NOT NULL
    """
)


def utilisation(session: Session, on: date, facility_ids: Collection[int] | None = None) -> list[Utilisation]:
    """Every drawdown of the given facilities, or of all, as it stands at the close of a day; undone ones left out."""
    everyone = facilities(session)
    lots = {lot.id: lot for lot in lots_of(session, everyone) if lot.kind == "fresh" and lot.arrived_on <= on}
    own_deadline = {lot.id: everyone[lot.facility_id].utilise_by(lot.arrived_on) for lot in lots.values()}
    above: dict[int, list[int]] = {}
    for row in session.execute(ABOVE):
        above.setdefault(row.lot_id, []).append(row.other_lot_id)
    moved = _moved(session, on, everyone)
    return [
        _utilisation(lot, moved[lot.id], own_deadline[lot.id], _enclosing(lot.id, own_deadline, above), on)
        for lot in lots.values()
        if (facility_ids is None or lot.facility_id in facility_ids) and moved.get(lot.id, {}).get("received")
    ]


def _utilisation(
    lot: Lot, moved: Mapping[str, int], deadline: date | None, alert_by: date | None, on: date
) -> Utilisation:
    return Utilisation(
        facility_id=lot.facility_id,
        lot_id=lot.id,
        received_on=lot.arrived_on,
        received=moved["received"],
        lent=-moved.get("lent", 0),
        unused=-moved.get("repaid", 0) - moved.get("budget", 0),
        remaining=sum(moved.values()),
        deadline=deadline,
        alert_by=alert_by,
        days_left=None if alert_by is None else (alert_by - on).days,
    )


def _enclosing(
    lot_id: int, deadlines: Mapping[int, date | None], above: Mapping[int, Collection[int]]
) -> date | None:  # fmt: skip
    """The earliest deadline of a lot and all the lots its money came through."""
    own = [deadlines.get(lot_id), *(_enclosing(each, deadlines, above) for each in above.get(lot_id, ()))]
    return min((day for day in own if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Conservation:
    """All money of a facility by a day, in tiyn: what came in, what went where, what the ledger says is there."""

    facility_id: int
    received: int
    returned: int
    lent_fresh: int
    lent_returned: int
    repaid: int
    budget: int
    on_hand: int

    @property
    def holds(self) -> bool:
        """Whether in equals out plus on hand."""
        out = self.lent_fresh + self.lent_returned + self.repaid + self.budget
        return self.received + self.returned == out + self.on_hand


def conservation(
    session: Session, on: date = date.max, facility_ids: Collection[int] | None = None
) -> list[Conservation]:  # fmt: skip
    """The sums of every facility that ever had money, or of the given ones, at the close of a day."""
    asked = list(facilities(session, facility_ids))
    lots = lots_of(session, asked)
    moved = _moved(session, on, asked)
    subjects = [bookings.lot(lot.id) for lot in lots]
    lines = balances(session, effective_on=on, accounts=["programme-cash"], subjects=subjects)
    on_hand = {line.subject: line.tiyn for line in lines}
    found = []
    for facility_id in asked:
        own = [lot for lot in lots if lot.facility_id == facility_id]
        if not own:
            continue

        def total(kind: str, *lot_kinds: str, of: Collection[Lot] = tuple(own)) -> int:
            return sum(moved.get(lot.id, {}).get(kind, 0) for lot in of if lot.kind in lot_kinds)

        both = ("fresh", "returned")
        found.append(
            Conservation(
                facility_id=facility_id,
                received=total("received", *both),
                returned=total("returned", *both),
                lent_fresh=-total("lent", "fresh"),
                lent_returned=-total("lent", "returned"),
                repaid=-total("repaid", *both),
                budget=-total("budget", *both),
                on_hand=sum(on_hand.get(bookings.lot(lot.id), 0) for lot in own),
            )
        )
    return found
