"""An agreement of the chain with everything asked of it: terms with their clauses, money by lot, schedule, payments.

What is owed is told from drawdowns and payments, which both sides see, and not from the debtor's book, which only the
debtor does; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.tables import OrganisationRow
from lending.bookings import facility as subject_of
from lending.chain.facilities import Facility, facilities, facility
from lending.chain.pools import Lot
from lending.chain.returns import Owed, owed
from lending.chain.schedules import in_force, versions
from lending.chain.tables import FacilityPaymentRow
from lending.chain.trace import trace_facility
from lending.programmes.editions import Cited, edition
from reports.cards.flows import Money, chain
from reports.cards.utilisation import Progress, progress
from reports.report import Name

#: Postings of the reader's own book that are shown.
POSTINGS = 50


@dataclass(frozen=True, slots=True)
class Limit:
    """A term of the agreement beside what its edition allows, and the rule and clause that say so."""

    term: str
    agreed: Decimal | int | str
    allowed: Decimal | int | str | None
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class LotLine:
    """One lot and where its money went, in tiyn."""

    lot: Lot
    received: int
    returned: int
    lent: int
    repaid: int
    budget: int
    on_hand: int
    owed: int


@dataclass(frozen=True, slots=True)
class DueLine:
    """One instalment of the schedule in force; ``past`` ones had fallen due by the day of the card."""

    due_on: date
    principal: int
    interest: int
    past: bool


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment up the link; negative ones undo an earlier one. ``own_money``: principal paid for lack of lots."""

    id: int
    paid_on: date
    principal: int
    interest: int
    own_money: int


@dataclass(frozen=True, slots=True)
class Where:
    """An agreement or the loans below, and how much of our money went there, in tiyn."""

    facility_id: int | None
    number: str
    holder: Name | None
    amount: int
    count: int


@dataclass(frozen=True, slots=True)
class PostingLine:
    """A posting of the reader's own book on the agreement; debits positive."""

    on: date
    account: str
    subject: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityCard:
    """An agreement at the close of a day; sums in tiyn. ``principal_owed`` includes what must go back to the budget."""

    facility: Facility
    on: date
    lender: Name
    borrower: Name
    parent: tuple[int, str] | None
    limits: tuple[Limit, ...]
    drawn: int
    principal_owed: int
    money: Money
    progress: Progress
    lots: tuple[LotLine, ...]
    schedule: tuple[DueLine, ...]
    payments: tuple[PaymentLine, ...]
    went_to: tuple[Where, ...]
    returns: tuple[Owed, ...]
    postings: tuple[PostingLine, ...]


def facility_card(session: Session, facility_id: int, on: date) -> FacilityCard:
    """The agreement with this id as it stands at the close of a day.

    Raises:
        NotFound: there is none in sight.
    """
    of = facility(session, facility_id)
    seen = chain(session, max(on, of.signed_on))
    money = seen.of(of.id)
    payments = tuple(_payments(session, of.id, on))
    parent = facilities(session, [of.parent_id]).get(of.parent_id) if of.parent_id else None
    [standing] = progress(session, seen, [of])
    return FacilityCard(
        facility=of, on=on, lender=seen.names[of.lender_id], borrower=seen.names[of.borrower_id],
        parent=None if parent is None else (parent.id, parent.number), limits=tuple(_limits(session, of)),
        drawn=money.received, principal_owed=money.received - sum(each.principal for each in payments) - money.budget,
        money=money, progress=standing, lots=tuple(_lots(session, of.id, on)),
        schedule=tuple(_schedule(session, of.id, on)), payments=payments,
        went_to=tuple(_went_to(session, of.id, on, seen.names)),
        returns=tuple(each for each in owed(session, on) if each.facility_id == of.id),
        postings=tuple(_postings(session, of.id, on)),
    )  # fmt: skip


def _limits(session: Session, of: Facility) -> Iterator[Limit]:
    lender = session.get(OrganisationRow, of.lender_id)
    law = edition(of.edition).link(of.link, lender=lender.code if lender else "", territory=of.territory)
    grace = law.grace_share
    terms: tuple[tuple[str, Any, Cited[Any] | None, Any], ...] = (
        ("nominal-rate", of.annual_rate, law.rate_max, law.rate_max and law.rate_max.value),
        ("term-months", of.months, law.months_max, law.months_max and law.months_max.value),
        ("grace-months", of.principal_grace_months, grace, grace and int(grace.value * of.months)),
        ("every-months", of.every_months, law.every_months, law.every_months and law.every_months.value),
        ("utilisation-months", of.utilisation_months or 0, law.utilisation_months,
         law.utilisation_months and law.utilisation_months.value),
    )  # fmt: skip
    for term, agreed, cited, allowed in terms:
        yield Limit(term, agreed, allowed, cited.rule if cited else "", cited.clause if cited else "")


def _lots(session: Session, facility_id: int, on: date) -> Iterator[LotLine]:
    for use in trace_facility(session, facility_id, on).lots:
        lent = sum(use.to_facilities.values()) + sum(use.to_loans.values())
        yield LotLine(
            use.lot, use.received, use.returned, lent, use.repaid, use.budget, use.on_hand, use.owed
        )  # fmt: skip


def _schedule(session: Session, facility_id: int, on: date) -> Iterator[DueLine]:
    version = in_force(versions(session, [facility_id]).get(facility_id, []), on)
    if version is not None:
        for due_on, principal, interest in zip(version.due_on, version.principal, version.interest, strict=True):
            yield DueLine(due_on, principal, interest, due_on <= on)


def _payments(session: Session, facility_id: int, on: date) -> Iterator[PaymentLine]:
    table = FacilityPaymentRow
    query = select(table).where(table.facility_id == facility_id, table.paid_on <= on).order_by(table.paid_on, table.id)
    for row in session.scalars(query):
        yield PaymentLine(row.id, row.paid_on, row.principal, row.interest, row.own_money)


WENT = text(
    """
    SELECT m.other_facility_id AS facility_id, -sum(m.amount)::bigint AS amount, count(DISTINCT m.loan_id) AS loans
    FROM lot_movement m JOIN lot l ON l.id = m.lot_id
    WHERE l.facility_id = :facility AND m.kind = 'lent' AND m.moved_on <= :on GROUP BY 1 ORDER BY 2 DESC
    """
)


def _went_to(session: Session, facility_id: int, on: date, names: object) -> Iterator[Where]:
    rows = session.execute(WENT, {"facility": facility_id, "on": on}).all()
    below = facilities(session, [row.facility_id for row in rows if row.facility_id])
    for row in rows:
        if row.facility_id is None:
            yield Where(None, "", None, row.amount, row.loans)
        elif row.facility_id in below:
            to = below[row.facility_id]
            yield Where(to.id, to.number, names[to.borrower_id], row.amount, 1)  # type: ignore[index] # names by id


BOOKED = text(
    """
    SELECT p.effective_on, a.code, p.subject, p.amount FROM posting p JOIN account a ON a.id = p.account_id
    WHERE p.subject = :subject AND p.effective_on <= :on ORDER BY p.entry_id DESC, p.line LIMIT :most
    """
)


def _postings(session: Session, facility_id: int, on: date) -> Iterator[PostingLine]:
    values = {"subject": subject_of(facility_id), "on": on, "most": POSTINGS}
    for row in session.execute(BOOKED, values):
        yield PostingLine(row.effective_on, row.code, row.subject, row.amount)
