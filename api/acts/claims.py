"""Acts on claims: the lender presents, the guarantor has two people approve, and pays.

The domain keeps both approvals of a claim as steps of it, the second for the sum the first found or not at all. So an
approval takes no approval of its own: an officer approves, an approver accepts, two acts of two roles and never four
people. Steps name people by login alone, whatever they work with, because the domain compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Measure, Prose, Tenge, always, money
from api.acts.guarantees import guarantee_measures
from api.acts.naming import named_claim, named_guarantee
from api.settings import Settings
from guarantees.calculation import Line as DebtLine
from guarantees.claims import (
    Demand,
    add_document,
    amount_of,
    approve,
    ask_document,
    calculation,
    held,
    present,
    refuse,
    state_of,
    withdraw,
)
from guarantees.payouts import pay, undo
from guarantees.standing import guarantee
from guarantees.tables import ClaimRow
from ledger.errors import NotFound, Refused
from ledger.money import to_tiyn

Document = Literal["demand-to-borrower", "debt-calculation", "loan-contract", "other"]


@dataclass(eq=False, kw_only=True)
class OutOfTurn(Refused):
    """An approval of a claim before the first, or after it by somebody who gives first approvals."""

    code = "claim-approval-out-of-turn"
    sentence = "Claim {number}: an officer approves first, then an approver accepts; so far {approvals} have approved."
    number: str
    approvals: int


class PresentAsked(Asked):
    """A claim under a guarantee: what is demanded of the guarantor by part of the debt, and its documents."""

    guarantee_id: Id
    number: Line
    on: date
    overdue_principal: Tenge | None = None
    future_principal: Tenge | None = None
    interest: Tenge | None = None
    penalty: Tenge | None = None
    accelerated: bool = False
    demand_to_borrower: Line | None = None
    debt_calculation: Line | None = None
    loan_contract: Line | None = None


class OnDayAsked(Asked):
    """Something done with a claim on a day."""

    claim_id: Id
    on: date


class AskDocumentAsked(OnDayAsked):
    """A document the lender is asked for."""

    kind: Document


class AddDocumentAsked(OnDayAsked):
    """A document attached to a claim, by its number."""

    kind: Document
    reference: Line


class ApproveAsked(OnDayAsked):
    """The first approval of what is payable on a claim."""


class AcceptAsked(OnDayAsked):
    """The second approval: the claim is accepted and will be paid."""


class PayAsked(OnDayAsked):
    """An accepted claim, paid once."""


class ReasonAsked(OnDayAsked):
    """A claim ended, with the reason."""

    reason: Prose


class RefuseAsked(ReasonAsked):
    """A claim refused by the guarantor, with the reason."""


class WithdrawAsked(ReasonAsked):
    """A claim taken back by the lender, with the reason."""


class UndoAsked(ReasonAsked):
    """A payout made by mistake, undone as a whole."""


def _of_guarantee(session: Session, asked: PresentAsked, _actor: Actor) -> Concern:
    found = guarantee(session, asked.guarantee_id)
    return Concern(found.lender_id, f"guarantee:{found.id}")


def _claim(session: Session, claim_id: int) -> ClaimRow:
    row = session.get(ClaimRow, claim_id)
    if row is None:
        raise NotFound(what="claim", name=str(claim_id))
    return row


def of_guarantor(session: Session, asked: OnDayAsked, _actor: Actor) -> Concern:
    """The claim that is asked about, and the guarantor it is presented to.

    Raises:
        NotFound: there is none in sight.
    """
    standing = guarantee(session, _claim(session, asked.claim_id).guarantee_id)
    return Concern(standing.guarantor_id, f"claim:{asked.claim_id}")


def of_lender(session: Session, asked: OnDayAsked, _actor: Actor) -> Concern:
    """The claim that is asked about, and the lender who presented it.

    Raises:
        NotFound: there is none in sight.
    """
    standing = guarantee(session, _claim(session, asked.claim_id).guarantee_id)
    return Concern(standing.lender_id, f"claim:{asked.claim_id}")


def _present(session: Session, doing: Doing, asked: PresentAsked) -> Mapping[str, Any]:
    lines: dict[DebtLine, Any] = {
        "overdue-principal": asked.overdue_principal, "future-principal": asked.future_principal,
        "interest": asked.interest, "penalty": asked.penalty,
    }  # fmt: skip
    documents = {
        "demand-to-borrower": asked.demand_to_borrower, "debt-calculation": asked.debt_calculation,
        "loan-contract": asked.loan_contract,
    }  # fmt: skip
    demand = Demand(
        guarantee_id=asked.guarantee_id, number=asked.number, presented_on=asked.on, accelerated=asked.accelerated,
        claimed={line: money(amount) for line, amount in lines.items() if amount},
        documents={kind: reference for kind, reference in documents.items() if reference}, made_by=doing.actor.login,
    )  # fmt: skip
    return {"claim_id": present(session, demand), "guarantee_id": asked.guarantee_id}


def _ask_document(session: Session, doing: Doing, asked: AskDocumentAsked) -> Mapping[str, Any]:
    ask_document(session, asked.claim_id, asked.on, asked.kind, made_by=doing.actor.login)
    return {"claim_id": asked.claim_id}


def _add_document(session: Session, doing: Doing, asked: AddDocumentAsked) -> Mapping[str, Any]:
    add_document(session, asked.claim_id, asked.on, asked.kind, asked.reference, made_by=doing.actor.login)
    return {"claim_id": asked.claim_id}


def _approval(*, second: bool) -> Callable[[Session, Doing, OnDayAsked], Mapping[str, Any]]:
    """An approval in its turn: the first of an officer, the second of an approver."""

    def work(session: Session, doing: Doing, asked: OnDayAsked) -> Mapping[str, Any]:
        claim, _, _ = held(session, asked.claim_id)
        approved = amount_of(session, asked.claim_id, "approved") is not None
        if approved != second:
            raise OutOfTurn(number=claim.number, approvals=int(approved))
        found = approve(session, asked.claim_id, asked.on, made_by=doing.actor.login)
        return {"claim_id": asked.claim_id, "payable": found.payable}

    return work


def _pay(session: Session, doing: Doing, asked: PayAsked) -> Mapping[str, Any]:
    paid = pay(session, asked.claim_id, asked.on, made_by=doing.actor.login)
    return {
        "claim_id": paid.claim_id, "paid_on": paid.paid_on.isoformat(), "amount": paid.amount,
        "event_id": paid.event_id,
    }  # fmt: skip


def _ended(end: Callable[..., None]) -> Callable[[Session, Doing, ReasonAsked], Mapping[str, Any]]:
    """An act that ends something of a claim, by the service ``end``."""

    def work(session: Session, doing: Doing, asked: ReasonAsked) -> Mapping[str, Any]:
        end(session, asked.claim_id, asked.on, asked.reason, made_by=doing.actor.login)
        return {"claim_id": asked.claim_id}

    return work


def _large_and_unpaid(session: Session, asked: PayAsked, settings: Settings) -> bool:
    """A payout above the threshold takes a second person; one made already gives its receipt to anybody."""
    if state_of(session, asked.claim_id) == "paid":
        return False
    return (amount_of(session, asked.claim_id, "accepted") or 0) > to_tiyn(money(settings.second_person_above))


def _guarantee(session: Session, asked: PresentAsked) -> Sequence[Measure]:
    return guarantee_measures(session, asked.guarantee_id)


def _of_claim(session: Session, asked: OnDayAsked) -> Sequence[Measure]:
    """What is payable on the claim as the loan stands on the day, and the guarantee behind it."""
    claim = _claim(session, asked.claim_id)
    payable = calculation(session, claim.id, max(asked.on, claim.presented_on)).payable
    return (Measure("claim-payable", payable, of=claim.number), *guarantee_measures(session, claim.guarantee_id))


def _on_claim(
    name: str, asks: type[Asked], path: str, concerns: Callable[..., Concern], work: Callable[..., Mapping[str, Any]],
    **more: Any,
) -> Act[Any]:  # fmt: skip
    return Act(
        name=f"claims.{name}", asks=asks, path=f"/claims/{{claim_id}}/{path}", concerns=concerns, work=work,
        measures=_of_claim, options={"claim_id": named_claim}, **more,
    )  # fmt: skip


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="claims.present", asks=PresentAsked, path="/guarantees/{guarantee_id}/claims", concerns=_of_guarantee,
        work=_present, measures=_guarantee, options={"guarantee_id": named_guarantee},
    ),
    _on_claim("ask-document", AskDocumentAsked, "document-requests", of_guarantor, _ask_document),
    _on_claim("add-document", AddDocumentAsked, "documents", of_lender, _add_document),
    _on_claim("approve", ApproveAsked, "approval", of_guarantor, _approval(second=False)),
    _on_claim("accept", AcceptAsked, "acceptance", of_guarantor, _approval(second=True)),
    _on_claim("refuse", RefuseAsked, "refusal", of_guarantor, _ended(refuse), second=always),
    _on_claim("withdraw", WithdrawAsked, "withdrawal", of_lender, _ended(withdraw), second=always),
    _on_claim("pay", PayAsked, "payout", of_guarantor, _pay, second=_large_and_unpaid, fresh_code=True),
    _on_claim("undo", UndoAsked, "payout/undoing", of_guarantor, _ended(undo), second=always, fresh_code=True),
)  # fmt: skip
