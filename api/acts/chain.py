"""Acts on the chain: agreements opened and drawn, paid up, and unused money sent back to the budget.

The lender of a facility opens it and sends its money down; its borrower pays. Each act finds its facility under the
actor's sight and calls one service of `lending.chain`; what the edition forbids is refused there, with the clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Fraction, Id, Line, Measure, Tenge, always, money
from api.settings import Settings
from ledger.errors import NotFound
from ledger.organisations import organisation
from lending.chain import drawdown, payments, returns
from lending.chain.debts import debts
from lending.chain.facilities import FacilityTerms, facility, open_facility
from lending.chain.pools import pool_of
from lending.chain.tables import BudgetReturnPaymentRow, BudgetReturnRow, FacilityPaymentRow, FacilityRow, LotRow

Months = Annotated[int, Field(ge=0, le=600)]


class OpenAsked(Asked):
    """A concluded agreement: who borrows how much of us, under which edition, on which terms.

    ``parent_id`` is the agreement that our own money comes from; none where it is the treasury's.
    """

    number: Line
    link: Literal["budget-credit", "operator-loan", "funding-line", "bond"]
    borrower: Line
    edition: Literal["919", "746", "road-map"]
    signed_on: date
    amount: Tenge
    annual_rate: Fraction
    months: Annotated[int, Field(ge=1, le=600)]
    parent_id: Id | None = None
    principal_grace_months: Months = 0
    every_months: Literal["1", "3", "6", "12"] | None = None
    method: Literal["annuity", "equal-principal", "bullet", "custom"] | None = None
    fixed_principal: Tenge | None = None
    territory: Literal["rural", "city"] | None = None
    utilisation_months: Months | None = None
    utilisation_from: Literal["transfer", "agreement"] | None = None
    relending: Literal["none", "unlimited", "next-year-end"] | None = None
    returns_unused: bool | None = None
    facility_purpose: Line | None = None
    security: Line | None = None


class DrawAsked(Asked):
    """Money of ours that goes down an agreement on a day."""

    facility_id: Id
    amount: Tenge
    on: date


class UndoDrawAsked(Asked):
    """A drawdown recorded by mistake; its money has not moved on."""

    facility_id: Id
    lot_id: Id
    on: date


class PayAsked(Asked):
    """What we pay under an agreement: interest, principal, or both."""

    facility_id: Id
    on: date
    interest: Tenge | None = None
    principal: Tenge | None = None

    @model_validator(mode="after")
    def _something(self) -> PayAsked:
        if self.interest is None and self.principal is None:
            raise ValueError("expected interest, principal or both; found neither")
        return self


class RepayEarlyAsked(Asked):
    """Principal that we repay before it is due; the last instalments become less."""

    facility_id: Id
    principal: Tenge
    on: date


class SettleAsked(Asked):
    """Everything that falls due by a day under our agreements is paid."""

    on: date


class UndoPaymentAsked(Asked):
    """A payment of ours that was recorded by mistake."""

    facility_id: Id
    payment_id: Id
    on: date


class PayReturnAsked(Asked):
    """Unused money sent back to the budget, through every agreement above."""

    return_id: Id
    on: date


class UndoReturnAsked(Asked):
    """A return to the budget that was recorded by mistake."""

    return_id: Id
    payment_id: Id
    on: date


def of_lender(session: Session, asked: Any, _actor: Actor) -> Concern:
    """The facility, and the organisation whose money it is.

    Raises:
        NotFound: there is none in sight.
    """
    found = facility(session, asked.facility_id)
    return Concern(found.lender_id, f"facility:{found.id}")


def of_borrower(session: Session, asked: Any, _actor: Actor) -> Concern:
    """The facility, and the organisation that owes under it.

    Raises:
        NotFound: there is none in sight.
    """
    found = facility(session, asked.facility_id)
    return Concern(found.borrower_id, f"facility:{found.id}")


def _of_own_agreements(_session: Session, _asked: SettleAsked, actor: Actor) -> Concern:
    own = actor.organisation_id or 0
    return Concern(own, f"organisation:{own}")


def _of_opening(session: Session, asked: OpenAsked, actor: Actor) -> Concern:
    borrower = organisation(session, asked.borrower)
    if asked.parent_id is not None:
        facility(session, asked.parent_id)
    return Concern(actor.organisation_id or 0, f"organisation:{borrower.id}")


def _of_return(session: Session, asked: Any, _actor: Actor) -> Concern:
    row = session.get(BudgetReturnRow, asked.return_id)
    if row is None:
        raise NotFound(what="unpaid return to the budget", name=str(asked.return_id))
    return Concern(facility(session, row.facility_id).borrower_id, f"facility:{row.facility_id}")


def _open(session: Session, doing: Doing, asked: OpenAsked) -> Mapping[str, Any]:
    told = dict(asked)
    purpose = told.pop("facility_purpose") or ""
    for name in ("borrower", "amount", "fixed_principal", "every_months", "security"):
        del told[name]
    opened = open_facility(session, FacilityTerms(
        **told, lender_id=doing.actor.organisation_id or 0, borrower_id=organisation(session, asked.borrower).id,
        amount=money(asked.amount), purpose=purpose,
        fixed_principal=None if asked.fixed_principal is None else money(asked.fixed_principal),
        every_months=None if asked.every_months is None else int(asked.every_months),
        security={"document": asked.security} if asked.security else {},
    ))  # fmt: skip
    return {"facility_id": opened.id}


def _draw(session: Session, _doing: Doing, asked: DrawAsked) -> Mapping[str, Any]:
    lot = drawdown.draw(session, asked.facility_id, money(asked.amount), asked.on)
    return {"facility_id": asked.facility_id, "lot_id": lot.id}


def _undo_draw(session: Session, _doing: Doing, asked: UndoDrawAsked) -> Mapping[str, Any]:
    row = session.get(LotRow, asked.lot_id)
    if row is None or row.facility_id != asked.facility_id:
        raise NotFound(what="drawdown with lot", name=str(asked.lot_id))
    drawdown.undo_draw(session, asked.lot_id, asked.on)
    return {"facility_id": asked.facility_id}


def _pay(session: Session, _doing: Doing, asked: PayAsked) -> Mapping[str, Any]:
    parts = {"interest": asked.interest, "principal": asked.principal}
    told = {name: money(part) for name, part in parts.items() if part is not None}
    return {
        "facility_id": asked.facility_id, "payment_id": payments.pay(session, asked.facility_id, asked.on, **told)
    }  # fmt: skip


def _repay_early(session: Session, _doing: Doing, asked: RepayEarlyAsked) -> Mapping[str, Any]:
    paid = payments.repay_early(session, asked.facility_id, asked.on, money(asked.principal))
    return {"facility_id": asked.facility_id, "payment_id": paid}


def _settle(session: Session, doing: Doing, asked: SettleAsked) -> Mapping[str, Any]:
    borrowed = select(FacilityRow.id).where(FacilityRow.borrower_id == doing.actor.organisation_id)
    paid = payments.settle_due(session, asked.on, list(session.scalars(borrowed)))
    return {"facilities": len(paid), "paid": sum(each.principal + each.interest for each in paid.values())}


def _undo_payment(session: Session, _doing: Doing, asked: UndoPaymentAsked) -> Mapping[str, Any]:
    row = session.get(FacilityPaymentRow, asked.payment_id)
    if row is None or row.facility_id != asked.facility_id:
        raise NotFound(what="facility payment", name=str(asked.payment_id))
    opposite = payments.undo_payment(session, asked.payment_id, asked.on)
    return {"facility_id": asked.facility_id, "payment_id": opposite}


def _pay_return(session: Session, _doing: Doing, asked: PayReturnAsked) -> Mapping[str, Any]:
    return {"return_id": asked.return_id, "payment_id": returns.pay_return(session, asked.return_id, asked.on)}


def _undo_return(session: Session, _doing: Doing, asked: UndoReturnAsked) -> Mapping[str, Any]:
    row = session.get(BudgetReturnPaymentRow, asked.payment_id)
    if row is None or row.budget_return_id != asked.return_id:
        raise NotFound(what="payment of a return to the budget", name=str(asked.payment_id))
    opposite = returns.undo_return_payment(session, asked.payment_id, asked.on)
    return {"return_id": asked.return_id, "payment_id": opposite}


def _large(*names: str) -> Callable[[Session, Any, Settings], bool]:
    """Whether the sums of these fields together take a second person."""

    def second(_session: Session, asked: Any, settings: Settings) -> bool:
        return sum(getattr(asked, name) or 0 for name in names) > settings.second_person_above

    return second


def _money_of_facility(session: Session, asked: Any) -> Sequence[Measure]:
    """What was drawn and is owed under the facility, and what its lender's own pool has to lend then."""
    found = facility(session, asked.facility_id)
    own = [
        Measure("facility-drawn", drawdown.drawn(session, found.id), of=found.number),
        Measure("facility-debt", debts(session, [found.id])[found.id].principal, of=found.number),
    ]
    if found.parent_id is None:
        return own
    parent, pool = facility(session, found.parent_id), pool_of(session, found.parent_id, [asked.on])
    return [*own, Measure("facility-free", pool.free_in(pool.lendable(asked.on), asked.on), of=parent.number)]


def _owed_to_budget(session: Session, asked: Any) -> Sequence[Measure]:
    left = sum(each.amount - each.paid for each in returns.owed(session) if each.id == asked.return_id)
    return (Measure("owed-to-budget", left),)


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="facilities.open", asks=OpenAsked, path="/facilities", concerns=_of_opening, work=_open, second=always,
    ),
    Act(
        name="facilities.draw", asks=DrawAsked, path="/facilities/{facility_id}/drawdowns", concerns=of_lender,
        work=_draw, second=always, measures=_money_of_facility,
    ),
    Act(
        name="facilities.undo-draw", asks=UndoDrawAsked, path="/facilities/{facility_id}/drawdowns/{lot_id}/reversal",
        concerns=of_lender, work=_undo_draw, second=always, measures=_money_of_facility,
    ),
    Act(
        name="facilities.pay", asks=PayAsked, path="/facilities/{facility_id}/payments", concerns=of_borrower,
        work=_pay, second=_large("interest", "principal"), measures=_money_of_facility,
    ),
    Act(
        name="facilities.repay-early", asks=RepayEarlyAsked, path="/facilities/{facility_id}/early-repayments",
        concerns=of_borrower, work=_repay_early, second=_large("principal"), measures=_money_of_facility,
    ),
    Act(
        name="facilities.settle-due", asks=SettleAsked, path="/settlements", concerns=_of_own_agreements,
        work=_settle, second=always,
    ),
    Act(
        name="facilities.undo-payment", asks=UndoPaymentAsked,
        path="/facilities/{facility_id}/payments/{payment_id}/reversal", concerns=of_borrower, work=_undo_payment,
        second=always, measures=_money_of_facility,
    ),
    Act(
        name="returns.pay", asks=PayReturnAsked, path="/budget-returns/{return_id}/payments", concerns=_of_return,
        work=_pay_return, second=always, measures=_owed_to_budget,
    ),
    Act(
        name="returns.undo-payment", asks=UndoReturnAsked,
        path="/budget-returns/{return_id}/payments/{payment_id}/reversal", concerns=_of_return, work=_undo_return,
        second=always, measures=_owed_to_budget,
    ),
)  # fmt: skip
