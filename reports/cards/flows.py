"""Money of every agreement in sight by the close of a day: what came in, where it went, what is left.

One reading of the movements, on which the utilisation board and the picture of the chain both stand: so their figures
are the same, and every agreement balances: in = out + on hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.tables import OrganisationRow
from lending.chain.facilities import Facility, facilities
from reports.report import Name

MOVED = text(
    """
    SELECT l.facility_id,
        coalesce(sum(m.amount) FILTER (WHERE m.kind = 'received'), 0)::bigint AS received,
        coalesce(sum(m.amount) FILTER (WHERE m.kind = 'returned'), 0)::bigint AS returned,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'lent' AND m.loan_id IS NULL), 0)::bigint AS passed_on,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'lent' AND m.loan_id IS NOT NULL AND l.turn = 1), 0)::bigint
            AS issued,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'lent' AND m.loan_id IS NOT NULL AND l.turn > 1), 0)::bigint
            AS relent,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'repaid'), 0)::bigint AS repaid,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'budget'), 0)::bigint AS budget,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind IN ('repaid', 'budget') AND l.kind = 'fresh'), 0)::bigint
            AS unused,
        coalesce(sum(m.amount) FILTER (WHERE l.kind = 'fresh'), 0)::bigint AS idle,
        coalesce(sum(m.amount), 0)::bigint AS on_hand
    FROM lot l JOIN lot_movement m ON m.lot_id = l.id WHERE m.moved_on <= :on GROUP BY l.facility_id
    """
)


@dataclass(frozen=True, slots=True)
class Money:
    """Tiyn of one agreement. ``issued`` was lent to borrowers for the first time, ``relent`` after it had come back.

    ``passed_on`` went to agreements below, ``repaid`` and ``budget`` left upwards, ``unused`` of it unlent; ``idle``
    is on hand and was never lent.
    """

    received: int = 0
    returned: int = 0
    passed_on: int = 0
    issued: int = 0
    relent: int = 0
    repaid: int = 0
    budget: int = 0
    unused: int = 0
    idle: int = 0
    on_hand: int = 0

    def __add__(self, other: Money) -> Money:
        """Two agreements' money together."""
        return Money(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Chain:
    """Agreements in sight by id, with their money, and the names and codes of their parties."""

    on: date
    facilities: Mapping[int, Facility]
    money: Mapping[int, Money]
    names: Mapping[int, Name]
    codes: Mapping[int, str]
    regions: Mapping[int, str]

    def of(self, facility_id: int) -> Money:
        """The money of one agreement."""
        return self.money.get(facility_id, Money())

    def tops(self) -> list[Facility]:
        """Agreements whose parent is out of sight, in order of number."""
        tops = [each for each in self.facilities.values() if each.parent_id not in self.facilities]
        return sorted(tops, key=lambda each: (each.signed_on, each.number))

    def down(self, facility_id: int) -> Iterator[Facility]:
        """An agreement and all that are funded out of it."""
        yield self.facilities[facility_id]
        for each in self.facilities.values():
            if each.parent_id == facility_id:
                yield from self.down(each.id)

    def region(self, of: Facility) -> str:
        """Two digits of the region whose akimat the money came through; nothing where none is in sight."""
        at: Facility | None = of
        while at is not None:
            for party in (at.borrower_id, at.lender_id):
                if self.regions[party]:
                    return self.regions[party]
            at = self.facilities.get(at.parent_id or 0)
        return ""


def chain(session: Session, on: date, editions: Collection[str] = ()) -> Chain:
    """The agreements in sight that were signed by a day, all or those of some editions, and their money."""
    seen = {
        each.id: each
        for each in facilities(session).values()
        if each.signed_on <= on and (not editions or each.edition in editions)
    }
    rows = session.execute(MOVED, {"on": on}).mappings()
    money = {row["facility_id"]: Money(*(row[name] for name in Money.__slots__)) for row in rows}
    known = session.scalars(select(OrganisationRow)).all()
    return Chain(
        on=on, facilities=seen, money={each: money[each] for each in seen if each in money},
        names={each.id: Name(kk=each.name_kk, ru=each.name_ru, en=each.name_en) for each in known},
        codes={each.id: each.code for each in known}, regions={each.id: (each.region or "")[:2] for each in known},
    )  # fmt: skip
