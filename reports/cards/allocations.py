"""The card of an allocation: received − Σ commission = rest, both transfers, and the contracts that prove it absorbed.

Nothing is decided here; whether the remainder may be asked for is `guarantees.transfers`'s to say, told beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from guarantees.standing import Allocation, allocation
from guarantees.tables import (
    AllocationChangeRow,
    CommissionTransferRow,
    GuaranteeRow,
    TransferRequestLineRow,
    TransferRequestRow,
)
from guarantees.transfers import first_half, justifications
from lending.microcredits.tables import BorrowerRow, LoanRow
from reports.cards.loan_facts import name_of
from reports.report import Name


@dataclass(frozen=True, slots=True)
class Agreed:
    """A change of the sum: agreed when it was opened, raised or lowered later."""

    on: date
    amount: int
    document: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer between akimat and guarantor, back negative."""

    id: int
    kind: str
    on: date
    amount: int
    payer: str
    approved_by: str
    request_id: int | None
    event_id: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A contract whose commission no transfer covers yet, or did not when it was asked for."""

    guarantee_id: int
    number: str
    borrower: str
    signed_on: date
    commission: int
    uncovered: int


@dataclass(frozen=True, slots=True)
class Request:
    """A request for the remainder with the contracts behind it; the newest one may be paid."""

    id: int
    on: date
    recorded_at: datetime
    requested_by: str
    amount: int
    paid: bool
    newest: bool
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationCard:
    """An allocation as it stands: ``transferred − absorbed`` is what of the money received is left, or owed.

    ``first_amount`` is the transfer at the start of the year, made or due; ``second_amount`` the rest of the sum.
    """

    of: Allocation
    akimat: Name
    guarantor: Name
    first_amount: int
    second_amount: int
    agreed: tuple[Agreed, ...]
    moved: tuple[Moved, ...]
    proofs: tuple[Proof, ...]
    requests: tuple[Request, ...]

    @property
    def rest(self) -> int:
        """What is left of the money received, negative when contracts have absorbed more."""
        return self.of.transferred - self.of.absorbed

    @property
    def absorbed_of_received(self) -> int:
        """What of the money received contracts have absorbed."""
        return min(self.of.absorbed, self.of.transferred)

    @property
    def may_request(self) -> bool:
        """Whether the remainder may be asked for: the first half came, is fully absorbed, and something is owed."""
        return self.of.first and self.of.ahead == 0 and self.of.owed > 0 and self.open_request is None

    @property
    def open_request(self) -> Request | None:
        """The request that waits to be paid, as long as it still asks for all that is owed."""
        return next(
            (each for each in self.requests if each.newest and not each.paid and each.amount == self.of.owed), None
        )


def allocation_card(session: Session, allocation_id: int) -> AllocationCard:
    """The card of an allocation.

    Raises:
        NotFound: there is none in sight.
    """
    of = allocation(session, allocation_id)
    first = first_half(of.amount, of.first_share)
    uncovered = justifications(session, of) if of.owed else ()
    named = _contracts(session, [each.guarantee_id for each in uncovered])
    return AllocationCard(
        of=of, akimat=name_of(session, of.akimat_id), guarantor=name_of(session, of.guarantor_id), first_amount=first,
        second_amount=of.amount - first, agreed=_agreed(session, of.id), moved=_moved(session, of.id),
        proofs=tuple(
            Proof(each.guarantee_id, *named[each.guarantee_id], each.commission, each.uncovered) for each in uncovered
        ),
        requests=_requests(session, of.id),
    )  # fmt: skip


def _contracts(session: Session, ids: list[int]) -> dict[int, tuple[str, str, date]]:
    """Number, borrower and day of guarantees by id."""
    rows = session.execute(
        select(GuaranteeRow.id, GuaranteeRow.number, BorrowerRow.name, GuaranteeRow.signed_on)
        .join(LoanRow, LoanRow.id == GuaranteeRow.loan_id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .where(GuaranteeRow.id.in_(ids))
    )
    return {key: (number, borrower, signed_on) for key, number, borrower, signed_on in rows}


def _agreed(session: Session, allocation_id: int) -> tuple[Agreed, ...]:
    own = AllocationChangeRow
    rows = session.scalars(select(own).where(own.allocation_id == allocation_id).order_by(own.id))
    return tuple(Agreed(row.changed_on, row.amount, row.document) for row in rows)


def _moved(session: Session, allocation_id: int) -> tuple[Moved, ...]:
    own = CommissionTransferRow
    rows = session.scalars(select(own).where(own.allocation_id == allocation_id).order_by(own.paid_on, own.id))
    return tuple(
        Moved(row.id, row.kind, row.paid_on, row.amount, row.payer, row.approved_by, row.request_id, row.event_id)
        for row in rows
    )


def _requests(session: Session, allocation_id: int) -> tuple[Request, ...]:
    """Requests, the newest first, each with its contracts."""
    own, line, paid = TransferRequestRow, TransferRequestLineRow, CommissionTransferRow
    rows = session.execute(
        select(own, paid.id.label("paid"))
        .outerjoin(paid, paid.request_id == own.id)
        .where(own.allocation_id == allocation_id)
        .order_by(own.id.desc())
    ).all()
    lines = session.scalars(select(line).where(line.request_id.in_([row.TransferRequestRow.id for row in rows]))).all()
    named = _contracts(session, [each.guarantee_id for each in lines])
    return tuple(
        Request(
            asked.id, asked.requested_on, asked.recorded_at, asked.requested_by, asked.amount, paid_by is not None,
            place == 0,
            tuple(
                Proof(each.guarantee_id, *named[each.guarantee_id], each.commission, each.amount)
                for each in lines if each.request_id == asked.id
            ),
        )
        for place, (asked, paid_by) in enumerate(rows)
    )  # fmt: skip
