"""Claims: a lender asks, the payable is recomputed line by line, two people approve.

A claim goes one way: presented, documents, approved by two different people, accepted, paid; or refused or withdrawn.
What is payable is computed from the loan as it stands on the day, at each approval and again when it is paid
(`guarantees.payouts`); a payment of the borrower in between stops the payout instead of being paid twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from moneyed import Money
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guarantees import bookings
from guarantees.calculation import LINES, Calculation, Default, Line, calculate
from guarantees.refusals import (
    ClaimChanged,
    ClaimNotOpen,
    DocumentsMissing,
    GuaranteeNotOpen,
    NothingPayable,
    NotInDefault,
    SamePerson,
)
from guarantees.standing import debts, guarantee, locked, secured
from guarantees.tables import ClaimRow, ClaimStepRow
from guarantees.values import ENDED, Guarantee
from ledger.errors import NotFound
from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post, reverse
from lending.microcredits.positions import positions
from lending.microcredits.refusals import NoPosition

#: States in which a claim may still be approved.
OPEN = ("presented", "document", "asked", "approved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A claim as the lender presents it: ``claimed`` is asked of the guarantor, by line of the debt.

    ``accelerated``: the lender has called in the whole loan, so principal not yet due is claimed too. ``documents``
    are kinds and numbers of what is attached.
    """

    guarantee_id: int
    number: str
    presented_on: date
    claimed: Mapping[Line, Money]
    accelerated: bool
    documents: Mapping[str, str]
    made_by: str


def present(session: Session, demand: Demand) -> int:
    """Present a claim; returns its id.

    Raises:
        GuaranteeNotOpen: ended, or claims are no longer taken. NotInDefault: too few days in arrears. ClaimNotOpen:
            another claim is under way. NotFound.
    """
    standing = locked(session, demand.guarantee_id)
    on, number = demand.presented_on, standing.number
    if standing.state in ENDED:
        raise GuaranteeNotOpen(number=number, expected="a guarantee in force", found=standing.state)
    if not standing.signed_on <= on <= standing.claims_until:
        expected = f"a day from {standing.signed_on} to {standing.claims_until}"
        raise GuaranteeNotOpen(number=number, expected=expected, found=str(on))
    days = _position(session, standing, on)["days_past_due"]
    if days < standing.conditions.default_days:
        raise NotInDefault(number=number, on=str(on), expected=standing.conditions.default_days, found=days)
    _check_none_open(session, standing.id)
    added = insert(ClaimRow).values(
        guarantee_id=standing.id, number=demand.number, presented_on=on, accelerated=demand.accelerated,
        claimed={line: to_tiyn(demand.claimed[line]) for line in LINES if line in demand.claimed},
        made_by=demand.made_by,
    )  # fmt: skip
    claim_id = session.execute(added.returning(ClaimRow.id)).scalar_one()
    step(session, claim_id, "presented", on, demand.made_by)
    for kind, reference in demand.documents.items():
        step(session, claim_id, "document", on, demand.made_by, details={"kind": kind, "reference": reference})
    return claim_id


def _check_none_open(session: Session, guarantee_id: int) -> None:
    ended = select(ClaimStepRow.claim_id).where(ClaimStepRow.kind.in_(("refused", "withdrawn", "paid")))
    under_way = session.scalar(
        select(ClaimRow.number).where(ClaimRow.guarantee_id == guarantee_id, ClaimRow.id.not_in(ended))
    )
    if under_way is not None:
        raise ClaimNotOpen(number=under_way, expected="finished before another is presented", found="under way")


def calculation(session: Session, claim_id: int, on: date) -> Calculation:
    """What is payable on a claim as the loan stands at the close of ``on``, not before it was presented, by line.

    Raises:
        NotFound. NoPosition: the loan's history makes no sense.
    """
    claim = _claim(session, claim_id)
    return calculated(session, claim, guarantee(session, claim.guarantee_id), on)


def calculated(session: Session, claim: ClaimRow, standing: Guarantee, on: date) -> Calculation:
    """The calculation of a claim under a guarantee as it stands."""
    default = _default(session, standing, claim.presented_on, on)
    claimed = cast("Mapping[Line, int]", claim.claimed)
    return calculate(default, standing.share, standing.conditions, claimed, accelerated=claim.accelerated)


def _default(session: Session, standing: Guarantee, presented_on: date, on: date) -> Default:
    """The debt behind a guarantee at the close of ``on``.

    Overdue is what was due when the claim was presented and is not paid since, whatever fell due in the meantime.
    """
    then, now = (_position(session, standing, day) for day in (presented_on, on))
    debt = debts(session, [standing.id], on)[standing.id]
    overdue = max(then["principal_due"] + then["principal_repaid"] - now["principal_repaid"], 0)
    ended = then["next_due_on"] is None
    interest = then["accrued_total"] - then["interest_repaid"] if ended else then["interest_due"]
    return Default(
        as_of=on, days_past_due=now["days_past_due"], disbursed=now["disbursed"], repaid=now["principal_repaid"],
        owed={
            "overdue-principal": overdue,
            "future-principal": now["principal"] - overdue,
            "interest": max(interest + then["interest_repaid"] - now["interest_repaid"], 0),
            "penalty": min(then["penalty"], now["penalty"]),
        },
        guaranteed=debt.exposure(standing), net_paid=debt.net_paid,
    )  # fmt: skip


def _position(session: Session, standing: Guarantee, on: date) -> dict[str, Any]:
    at = positions(session, on, loan_ids=[standing.loan_id])
    row = at.row(standing.loan_id)
    if not row:
        reason = at.failures.get(standing.loan_id, "it is not paid out")
        raise NoPosition(number=standing.number, on=str(on), reason=reason)
    return row


def ask_document(session: Session, claim_id: int, on: date, kind: str, *, made_by: str) -> None:
    """Ask the lender for a document that is missing.

    Raises:
        ClaimNotOpen, NotFound.
    """
    _open(session, claim_id)
    step(session, claim_id, "asked", on, made_by, details={"kind": kind})


def add_document(session: Session, claim_id: int, on: date, kind: str, reference: str, *, made_by: str) -> None:
    """Attach a document.

    Raises:
        ClaimNotOpen, NotFound.
    """
    _open(session, claim_id)
    step(session, claim_id, "document", on, made_by, details={"kind": kind, "reference": reference})


def approve(session: Session, claim_id: int, on: date, *, made_by: str) -> Calculation:
    """Approve what is payable on ``on``; the second approval, by somebody else, accepts the claim.

    Raises:
        SamePerson: the presenter or the first approver. DocumentsMissing. NothingPayable. ClaimChanged: not what the
            first approval found. ClaimNotOpen, NotFound.
    """
    claim, standing = _open(session, claim_id)
    people = set(
        session.scalars(
            select(ClaimStepRow.made_by).where(
                ClaimStepRow.claim_id == claim_id, ClaimStepRow.kind.in_(("presented", "approved"))
            )
        )
    )
    if made_by in people:
        raise SamePerson(what=f"Approving claim {claim.number}", person=made_by)
    _check_documents(session, claim, standing)
    found = calculated(session, claim, standing, on)
    if not found.payable:
        raise NothingPayable(number=claim.number, on=str(on))
    first = amount_of(session, claim_id, "approved")
    if first is not None and first != found.payable:
        raise changed(claim, on, first, found.payable)
    step(session, claim_id, "approved", on, made_by, found.payable, details=found.stored())
    if first is not None:
        [event] = post(session, [bookings.claim_accepted(on, secured(standing), claim_id, found.payable)])
        step(session, claim_id, "accepted", on, made_by, found.payable, event_id=event)
    return found


def _check_documents(session: Session, claim: ClaimRow, standing: Guarantee) -> None:
    attached = {
        details["kind"]
        for details in session.scalars(
            select(ClaimStepRow.details).where(ClaimStepRow.claim_id == claim.id, ClaimStepRow.kind == "document")
        )
    }
    missing = [kind for kind in standing.conditions.documents if kind not in attached]
    if missing:
        expected = ", ".join(standing.conditions.documents)
        raise DocumentsMissing(number=claim.number, expected=expected, missing=", ".join(missing))


def refuse(session: Session, claim_id: int, on: date, reason: str, *, made_by: str) -> None:
    """Refuse a claim, or withdraw the acceptance of one not yet paid.

    Raises:
        ClaimNotOpen, NotFound.
    """
    _end(session, claim_id, "refused", on, reason, made_by)


def withdraw(session: Session, claim_id: int, on: date, reason: str, *, made_by: str) -> None:
    """Take a claim back before it is paid.

    Raises:
        ClaimNotOpen, NotFound.
    """
    _end(session, claim_id, "withdrawn", on, reason, made_by)


def _end(session: Session, claim_id: int, kind: str, on: date, reason: str, made_by: str) -> None:
    claim, _, state = held(session, claim_id)
    if state not in (*OPEN, "accepted"):
        raise ClaimNotOpen(number=claim.number, expected="not paid or ended", found=state)
    accepted = session.scalar(
        select(ClaimStepRow.event_id).where(ClaimStepRow.claim_id == claim_id, ClaimStepRow.kind == "accepted")
    )
    event = None if accepted is None else reverse(session, accepted, on)
    step(session, claim_id, kind, on, made_by, details={"reason": reason}, event_id=event)


def state_of(session: Session, claim_id: int) -> str:
    """The latest step of a claim.

    Raises:
        NotFound.
    """
    _claim(session, claim_id)
    return session.scalars(
        select(ClaimStepRow.kind).where(ClaimStepRow.claim_id == claim_id).order_by(ClaimStepRow.id.desc()).limit(1)
    ).one()


def _claim(session: Session, claim_id: int) -> ClaimRow:
    row = session.get(ClaimRow, claim_id)
    if row is None:
        raise NotFound(what="claim", name=str(claim_id))
    return row


def held(session: Session, claim_id: int) -> tuple[ClaimRow, Guarantee, str]:
    """A claim, its guarantee and its state, locked until the transaction ends.

    Raises:
        NotFound.
    """
    claim = _claim(session, claim_id)
    standing = locked(session, claim.guarantee_id)
    return claim, standing, state_of(session, claim_id)


def _open(session: Session, claim_id: int) -> tuple[ClaimRow, Guarantee]:
    claim, standing, state = held(session, claim_id)
    if state not in OPEN:
        raise ClaimNotOpen(number=claim.number, expected="open", found=state)
    return claim, standing


def amount_of(session: Session, claim_id: int, kind: str) -> int | None:
    """What was approved, accepted or paid by the step ``kind``, in tiyn; ``None`` when there was no such step."""
    return session.scalar(
        select(ClaimStepRow.amount).where(ClaimStepRow.claim_id == claim_id, ClaimStepRow.kind == kind).limit(1)
    )


def changed(claim: ClaimRow, on: date, approved: int, payable: int) -> ClaimChanged:
    """The refusal to go on with a claim of which another sum is payable than was approved, in tiyn."""
    amounts = (str(from_tiyn(tiyn).amount) for tiyn in (approved, payable))
    return ClaimChanged(number=claim.number, on=str(on), approved=next(amounts), payable=next(amounts))


def step(
    session: Session, claim_id: int, kind: str, on: date, made_by: str, amount: int = 0,
    details: Mapping[str, Any] | None = None, event_id: int | None = None, repayments: Sequence[int] = (),
) -> None:  # fmt: skip
    """Record a step of a claim."""
    session.execute(
        insert(ClaimStepRow).values(
            claim_id=claim_id, kind=kind, made_on=on, made_by=made_by, amount=amount, details=dict(details or {}),
            event_id=event_id, repayments=list(repayments),
        )
    )  # fmt: skip
