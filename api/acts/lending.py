"""Acts of lenders on their microcredits: paying out, taking repayments, and setting things right.

Each act names its fields, finds the loan under the actor's sight and calls one service of `lending`. What the
programme forbids is refused there, with the clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Measure, Tenge, always, money
from api.settings import Settings
from ledger.errors import NotFound
from lending.chain.pools import pool_of
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import loan
from lending.microcredits.positions import positions
from lending.microcredits.repayments import repay
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.tables import RepaymentRow
from lending.microcredits.values import Disbursal, Payment


class DisburseAsked(Asked):
    """A disbursement: the whole loan or a tranche of it."""

    loan_id: Id
    amount: Tenge
    on: date


class RepayAsked(Asked):
    """Money received from the borrower, and what it is for."""

    loan_id: Id
    amount: Tenge
    paid_on: date
    bank_reference: Line
    intent: Literal["due", "prepay-shorten", "prepay-lower", "settle"] = "due"


class ReverseAsked(Asked):
    """A repayment that was recorded by mistake."""

    loan_id: Id
    repayment_id: Id
    on: date


def of_loan(session: Session, asked: Any, _actor: Actor) -> Concern:
    """The loan that is asked about, and its lender.

    Raises:
        NotFound: there is none in sight.
    """
    found = loan(session, asked.loan_id)
    return Concern(found.contract.lender_id, f"loan:{found.id}")


def _disburse(session: Session, _doing: Doing, asked: DisburseAsked) -> Mapping[str, Any]:
    (done,) = disburse(session, [Disbursal(asked.loan_id, money(asked.amount), asked.on)])
    return {"disbursement_id": done.id, "loan_id": done.loan_id}


def _repay(session: Session, _doing: Doing, asked: RepayAsked) -> Mapping[str, Any]:
    payment = Payment(
        loan_id=asked.loan_id, paid_on=asked.paid_on, amount=money(asked.amount),
        bank_reference=asked.bank_reference, intent=asked.intent,
    )  # fmt: skip
    (done,) = repay(session, [payment])
    return {"repayment_id": done.id, "loan_id": done.loan_id}


def _reverse(session: Session, _doing: Doing, asked: ReverseAsked) -> Mapping[str, Any]:
    row = session.get(RepaymentRow, asked.repayment_id)
    if row is None or row.loan_id != asked.loan_id:
        raise NotFound(what="repayment", name=str(asked.repayment_id))
    return {"repayment_id": reverse_repayment(session, asked.repayment_id, asked.on), "loan_id": asked.loan_id}


def _above_threshold(_session: Session, asked: DisburseAsked, settings: Settings) -> bool:
    return asked.amount > settings.second_person_above


def _money_of_loan(on: Callable[[Any], date]) -> Callable[[Session, Any], Sequence[Measure]]:
    """What is owed under the loan on the day of the act, and what its facility has to lend then."""

    def measures(session: Session, asked: Any) -> Sequence[Measure]:
        found = loan(session, asked.loan_id)
        day = on(asked)
        at = positions(session, day, loan_ids=[found.id])
        pool = pool_of(session, found.contract.facility_id, [day])
        free = pool.free_in(pool.lendable(day), day)
        owed = int(at.principal[0]) if len(at.loan_id) else 0
        return (
            Measure("principal-outstanding", owed, of=found.contract.number),
            Measure("facility-free", free, of=f"facility:{found.contract.facility_id}"),
        )

    return measures


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="loans.disburse", asks=DisburseAsked, path="/loans/{loan_id}/disbursements", concerns=of_loan,
        work=_disburse, second=_above_threshold, measures=_money_of_loan(lambda asked: asked.on),
    ),
    Act(
        name="loans.repay", asks=RepayAsked, path="/loans/{loan_id}/repayments", concerns=of_loan,
        work=_repay, measures=_money_of_loan(lambda asked: asked.paid_on),
    ),
    Act(
        name="loans.reverse-repayment", asks=ReverseAsked, path="/loans/{loan_id}/repayments/{repayment_id}/reversal",
        concerns=of_loan, work=_reverse, second=always, measures=_money_of_loan(lambda asked: asked.on),
    ),
)  # fmt: skip
