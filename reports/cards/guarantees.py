"""The card of a guarantee: its facts, what became of it, the risk over time, claims, recoveries and postings.

The risk is worked out from the rows of the loan, by the arithmetic of `guarantees.standing`, for the ends of quarters;
postings are those of the book of whoever looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from guarantees import bookings
from guarantees.standing import debts, guarantee
from guarantees.tables import (
    AllocationRow,
    ClaimRow,
    ClaimStepRow,
    GuaranteeChangeRow,
    GuaranteeRow,
    RecoveryPaymentRow,
    RecoveryRow,
)
from guarantees.values import ENDED, Guarantee
from ledger.chart import accounts_by_id
from ledger.tables import OrganisationRow, PostingRow
from lending.microcredits.loans import loan
from lending.programmes.months import add_months
from reports.cards.loan_facts import LoanFacts, loan_facts, name_of
from reports.report import Name

#: Postings shown on a card; the rest are in the book.
POSTINGS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of a guarantee, with what it stood at afterwards."""

    kind: str
    on: date
    share: Decimal
    amount: int
    expires_on: date
    commission: int
    reason: str
    made_by: str


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What is unpaid of the principal at the close of a day, and what the guarantor may still have to pay."""

    on: date
    unpaid: int
    exposure: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim under the guarantee; ``amount`` was demanded, ``paid`` paid and not undone."""

    id: int
    number: str
    presented_on: date
    amount: int
    state: str
    paid: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """Money of the borrower after a payout, shared; ``undone`` when it was, or is an undoing itself."""

    id: int
    on: date
    received_by: str
    amount: int
    guarantor_part: int
    lender_part: int
    guarantor_debt: int
    lender_debt: int
    passed_on: date | None
    undone: bool

    @property
    def to_pass_on(self) -> bool:
        """Whether the lender holds money of the guarantor's."""
        return self.received_by == "lender" and self.guarantor_part > 0 and not self.passed_on and not self.undone


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting on the guarantee in the book of whoever looks; debits positive."""

    book: str
    account: str
    on: date
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeCard:
    """A guarantee with everything known of it; ``allocation`` is None to those who do not see it."""

    of: Guarantee
    borrower_class: str
    share_max: Decimal
    signatories: dict[str, str]
    guarantor: Name
    lender: Name
    loan: LoanFacts
    allocation: str | None
    unpaid: int
    paid: int
    guarantor_debt: int
    exposure: int
    drawn: bool
    ended: bool
    claims_until: date
    changes: tuple[Changed, ...]
    risk: tuple[AtRisk, ...]
    claims: tuple[Claimed, ...]
    recoveries: tuple[Recovered, ...]
    postings: tuple[Posted, ...]


def guarantee_card(session: Session, guarantee_id: int, today: date) -> GuaranteeCard:
    """The card of a guarantee as it stands, its risk over time up to ``today``.

    Raises:
        NotFound: there is none in sight.
    """
    of = guarantee(session, guarantee_id)
    row = session.get_one(GuaranteeRow, guarantee_id)
    debt = debts(session, [guarantee_id])[guarantee_id]
    return GuaranteeCard(
        of=of, borrower_class=row.borrower_class, share_max=row.share_max, signatories=dict(row.signatories),
        guarantor=name_of(session, of.guarantor_id), lender=name_of(session, of.lender_id),
        loan=loan_facts(session, loan(session, of.loan_id)),
        allocation=session.scalar(select(AllocationRow.number).where(AllocationRow.id == of.allocation_id)),
        unpaid=debt.unpaid, paid=debt.paid, guarantor_debt=debt.net_paid, exposure=debt.exposure(of), drawn=debt.drawn,
        ended=of.state in ENDED, claims_until=of.claims_until, changes=_changes(session, guarantee_id),
        risk=tuple(_risk(session, of, today)), claims=_claims(session, guarantee_id),
        recoveries=recoveries_of(session, guarantee_id), postings=_postings(session, guarantee_id),
    )  # fmt: skip


def _changes(session: Session, guarantee_id: int) -> tuple[Changed, ...]:
    own = GuaranteeChangeRow
    rows = session.scalars(select(own).where(own.guarantee_id == guarantee_id).order_by(own.id))
    return tuple(
        Changed(
            row.kind, row.changed_on, row.share, row.amount, row.expires_on, row.commission, row.reason, row.made_by
        )
        for row in rows
    )  # fmt: skip


def _days(of: Guarantee, today: date) -> Iterator[date]:
    """The day it was signed, the ends of quarters since, and the day it ended or today."""
    last = min(today, of.changed_on if of.state in ENDED else today, of.claims_until)
    yield of.signed_on
    quarter = date(of.signed_on.year, (of.signed_on.month - 1) // 3 * 3 + 1, 1)
    while (quarter := add_months(quarter, 3)) - timedelta(1) < last:
        if quarter - timedelta(1) > of.signed_on:
            yield quarter - timedelta(1)
    if last > of.signed_on:
        yield last


def _risk(session: Session, of: Guarantee, today: date) -> Iterator[AtRisk]:
    for day in _days(of, today):
        then = debts(session, [of.id], day)[of.id]
        yield AtRisk(day, then.unpaid, then.exposure(guarantee(session, of.id, day)))


def _claims(session: Session, guarantee_id: int) -> tuple[Claimed, ...]:
    claims = session.scalars(select(ClaimRow).where(ClaimRow.guarantee_id == guarantee_id).order_by(ClaimRow.id)).all()
    steps = session.scalars(
        select(ClaimStepRow).where(ClaimStepRow.claim_id.in_([each.id for each in claims])).order_by(ClaimStepRow.id)
    ).all()
    found = []
    for each in claims:
        own = [step for step in steps if step.claim_id == each.id]
        signs = {"paid": 1, "undone": -1}
        paid = sum(signs.get(step.kind, 0) * step.amount for step in own)
        claimed = sum(each.claimed.values())
        found.append(Claimed(each.id, each.number, each.presented_on, claimed, own[-1].kind, paid))
    return tuple(found)


def recoveries_of(session: Session, guarantee_id: int) -> tuple[Recovered, ...]:
    """Recoveries under a guarantee, the oldest first."""
    own = RecoveryRow
    rows = session.execute(
        select(own, RecoveryPaymentRow.paid_on)
        .outerjoin(RecoveryPaymentRow, RecoveryPaymentRow.recovery_id == own.id)
        .where(own.guarantee_id == guarantee_id)
        .order_by(own.id)
    ).all()
    undone = {row.reverses for row, _ in rows}
    return tuple(
        Recovered(
            row.id, row.received_on, row.received_by, row.amount, row.guarantor_part, row.lender_part, row.subrogated,
            row.lender_debt, paid_on, row.id in undone or row.reverses is not None,
        )
        for row, paid_on in rows
    )  # fmt: skip


def _postings(session: Session, guarantee_id: int) -> tuple[Posted, ...]:
    own = PostingRow
    rows = session.execute(
        select(OrganisationRow.code, own.account_id, own.effective_on, own.amount)
        .join(OrganisationRow, OrganisationRow.id == own.book_id)
        .where(own.subject == bookings.guarantee(guarantee_id))
        .order_by(own.effective_on, own.entry_id, own.line)
        .limit(POSTINGS_SHOWN)
    )
    chart = accounts_by_id()
    return tuple(Posted(book, chart[account].code, on, amount) for book, account, on, amount in rows)
