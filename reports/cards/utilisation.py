"""Utilisation of budget money: how much of each agreement is with borrowers, how much time is left, and the forecast.

Rows are the topmost agreements in sight: budget credits for an akimat, agreements of its own for an operator or a
lender. The forecast is arithmetic and says so: what was issued so far, at the pace so far, until the deadline.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.periods import first_day
from lending.applications.shares import Forecast, forecasts, months
from lending.chain.facilities import Facility
from lending.chain.returns import Owed, owed
from lending.chain.utilisation import Utilisation, utilisation
from reports.cards.flows import Chain, Money
from reports.figures import share
from reports.report import Name

#: A deadline is near in this many days, and utilisation behind while its share is below that of the time gone.
NEAR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One agreement and its clock. ``left`` is not yet with borrowers and not given back; ``unabsorbed`` is what is
    owed to the budget of it, to be paid by ``return_by``.

    ``months_total`` and ``months_passed`` count begun months of the utilisation period; ``expected`` is what will be
    issued by the deadline at the pace so far; None where there is no deadline.
    """

    facility: Facility
    lender: Name
    borrower: Name
    borrower_code: str
    region: str
    money: Money
    issued: int
    left: int
    begun: date
    deadline: date | None
    days_left: int | None
    months_total: int
    months_passed: int
    months_left: int
    expected: int | None
    unabsorbed: int
    return_by: date | None

    @property
    def issued_share(self) -> Decimal | None:
        """Part of the money received that borrowers have had."""
        return share(self.issued, self.money.received)

    @property
    def expected_share(self) -> Decimal | None:
        """Part that they will have had by the deadline at the pace so far."""
        return None if self.expected is None else share(self.expected, self.money.received)

    @property
    def time_share(self) -> Fraction:
        """Part of the utilisation period that has begun."""
        return (
            Fraction(min(self.months_passed, self.months_total), self.months_total)
            if self.months_total
            else Fraction(1)
        )

    @property
    def standing(self) -> str:
        """``done`` all is issued, ``returning`` time is over, ``behind`` the pace does not reach, ``on-course``."""
        if not self.left:
            return "done"
        if self.days_left is not None and self.days_left < 0:
            return "returning" if self.unabsorbed else "over"
        if self.expected is not None and self.expected < self.money.received:
            return "behind"
        return "on-course"


@dataclass(frozen=True, slots=True)
class StartUps:
    """How much of what agreements owe to start-ups they have had: tiyn, with the forecasts behind."""

    required: int
    had: int
    agreed: int
    expected: int
    forecasts: tuple[Forecast, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """What borrowers had been lent by the end of a month, in tiyn."""

    month: date
    issued: int


def progress(session: Session, seen: Chain, of: Collection[Facility]) -> list[Progress]:
    """How each of some agreements in sight stands."""
    drawdowns: dict[int, list[Utilisation]] = {}
    for each in utilisation(session, seen.on, [one.id for one in of]):
        drawdowns.setdefault(each.facility_id, []).append(each)
    below = {each.id: {one.id for one in seen.down(each.id)} for each in of}
    owing = [each for each in owed(session, seen.on) if each.amount > each.paid]
    return [
        _progress(
            seen, each, drawdowns.get(each.id, ()),
            [one for one in owing if one.facility_id in below[each.id]],
        )
        for each in of
    ]  # fmt: skip


def _progress(seen: Chain, of: Facility, drawn: Sequence[Utilisation], owing: Sequence[Owed]) -> Progress:
    money = seen.of(of.id)
    under = [seen.of(each.id) for each in seen.down(of.id)]
    issued = sum(each.issued for each in under)
    received_on = min((each.received_on for each in drawn), default=of.signed_on)
    begun = of.signed_on if of.utilisation_from == "agreement" else received_on
    deadline = max((each.deadline for each in drawn if each.deadline), default=None) or of.utilise_by(received_on)
    passed = max(1, months(begun, seen.on))
    left = 0 if deadline is None else months(seen.on, deadline)
    return Progress(
        facility=of, lender=seen.names[of.lender_id], borrower=seen.names[of.borrower_id],
        borrower_code=seen.codes[of.borrower_id], region=seen.region(of), money=money, issued=issued,
        left=sum(each.idle for each in under), deadline=deadline,
        days_left=None if deadline is None else (deadline - seen.on).days,
        months_total=of.utilisation_months or 0, months_passed=passed, months_left=left, begun=begun,
        expected=None if deadline is None else min(money.received, issued + issued * left // passed),
        unabsorbed=sum(each.amount - each.paid for each in owing),
        return_by=min((each.due_on for each in owing), default=None),
    )  # fmt: skip


def start_ups(session: Session, seen: Chain, of: Collection[int]) -> StartUps:
    """The share of start-ups in the topmost owing agreements among ``of``, so that no money is counted twice."""
    found = {each.share.facility.id: each for each in forecasts(session, seen.on, of)}
    tops = [each for each in found.values() if each.share.facility.parent_id not in found]
    return StartUps(
        required=sum(each.share.required for each in tops), had=sum(each.share.start_ups for each in tops),
        agreed=sum(each.share.agreed for each in tops),
        expected=sum(max(each.share.start_ups, each.expected) for each in tops), forecasts=tuple(tops),
    )  # fmt: skip


BY_MONTH = text(
    """
    SELECT date_trunc('month', m.moved_on)::date AS month, -sum(m.amount)::bigint AS issued
    FROM lot_movement m JOIN lot l ON l.id = m.lot_id
    WHERE l.facility_id = ANY(:ids) AND m.kind = 'lent' AND m.loan_id IS NOT NULL AND l.turn = 1 AND m.moved_on <= :on
    GROUP BY 1 ORDER BY 1
    """
)


def pace(session: Session, seen: Chain, facility_id: int) -> list[Point]:
    """What borrowers had been lent out of an agreement by the end of each month, from its first drawdown on."""
    ids = [each.id for each in seen.down(facility_id)]
    total, points = 0, []
    for month, issued in session.execute(BY_MONTH, {"ids": ids, "on": seen.on}):
        total += issued
        points.append(Point(first_day(month), total))
    return points


BOARD = text(
    """
    SELECT loan.lender_id, left(coalesce(loan.kato, ''), :digits) AS place, sum(d.amount)::bigint AS issued,
        count(DISTINCT loan.id) AS loans, max(d.paid_on) AS last_on
    FROM loan JOIN disbursement d ON d.loan_id = loan.id WHERE d.paid_on <= :on GROUP BY 1, 2
    """
)


@dataclass(frozen=True, slots=True)
class BoardCell:
    """What a lender has issued in a place: tiyn and loans, and the day of the last payment."""

    issued: int
    loans: int
    last_on: date


def board(session: Session, on: date, digits: int) -> Mapping[tuple[int, str], BoardCell]:
    """Lenders by places: the first ``digits`` of the KATO code, two for regions and four for districts."""
    rows = session.execute(BOARD, {"on": on, "digits": digits})
    return {(lender, place): BoardCell(issued, loans, last_on) for lender, place, issued, loans, last_on in rows}
