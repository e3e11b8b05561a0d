"""Acts on loans that go wrong: new terms, forgiven penalty, writing off, recovering, giving an overpayment back.

What costs the lender money is decided by two people; the decision is recorded under both their names. Undoing one takes
two people as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from api.acts.act import Act, Asked, Doing, Fraction, Id, Line, Measure, Prose, Tenge, always, money
from api.acts.lending import of_loan
from api.acts.loan_facts import Every, Months
from ledger.errors import NotFound
from lending.microcredits.loans import loan
from lending.microcredits.positions import positions
from lending.microcredits.recoveries import Receipt, left_to_recover, recover, reverse_recovery
from lending.microcredits.repayments import refund_overpayment
from lending.microcredits.restructuring import NewTerms, restructure
from lending.microcredits.tables import LoanRecoveryRow, WriteOffRow
from lending.microcredits.values import Decision
from lending.microcredits.waivers import waive_penalty
from lending.microcredits.write_offs import reverse_write_off, write_off

#: Who stands for the second person while an act is rehearsed, which leaves no trace; when it is done there is one.
NOT_YET = "—"


class DecidedAsked(Asked):
    """A decision on a loan: its day, its reason and the document."""

    loan_id: Id
    on: date
    reason: Prose
    document: Line


class RestructureAsked(DecidedAsked):
    """New terms for what is still owed; what is left empty stays as the contract has it."""

    instalments: Annotated[int, Field(gt=0, le=600)]
    every_months: Every | None = None
    first_due_on: date | None = None
    annual_rate: Fraction | None = None
    method: Literal["annuity", "equal-principal", "bullet"] | None = None
    principal_grace: Months = 0
    interest_grace: Months = 0
    interest_grace_treatment: Literal["first", "spread"] = "spread"


class WaiveAsked(DecidedAsked):
    """Penalty that is forgiven."""

    amount: Tenge


class WriteOffAsked(DecidedAsked):
    """A loan taken off the books with all that is owed."""


class ReverseWriteOffAsked(Asked):
    """A write-off that was recorded by mistake."""

    loan_id: Id
    write_off_id: Id
    on: date


class RecoverAsked(Asked):
    """Money received on a loan written off."""

    loan_id: Id
    amount: Tenge
    paid_on: date
    bank_reference: Line


class ReverseRecoveryAsked(Asked):
    """A recovery that was recorded by mistake."""

    loan_id: Id
    recovery_id: Id
    on: date


class RefundAsked(Asked):
    """An overpayment, or a part of it, given back to the borrower."""

    loan_id: Id
    amount: Tenge
    on: date


def decision(doing: Doing, asked: DecidedAsked) -> Decision:
    """The decision of the maker, confirmed by the checker."""
    confirmed_by = doing.checker.signature if doing.checker else NOT_YET
    return Decision(asked.on, doing.actor.signature, asked.reason, asked.document, confirmed_by)


def _restructure(session: Session, doing: Doing, asked: RestructureAsked) -> Mapping[str, Any]:
    terms = NewTerms(
        decision=decision(doing, asked), instalments=asked.instalments, every_months=asked.every_months,
        first_due_on=asked.first_due_on, annual_rate=asked.annual_rate, method=asked.method,
        principal_grace=asked.principal_grace, interest_grace=asked.interest_grace,
        interest_grace_treatment=asked.interest_grace_treatment,
    )  # fmt: skip
    [done] = restructure(session, {asked.loan_id: terms}, asked.on)
    return {
        "loan_id": asked.loan_id, "version": done.version, "findings": [each.as_json() for each in done.findings]
    }  # fmt: skip


def _waive(session: Session, doing: Doing, asked: WaiveAsked) -> Mapping[str, Any]:
    waiver = waive_penalty(session, asked.loan_id, money(asked.amount), asked.on, decision(doing, asked))
    return {"waiver_id": waiver, "loan_id": asked.loan_id}


def _write_off(session: Session, doing: Doing, asked: WriteOffAsked) -> Mapping[str, Any]:
    [done] = write_off(session, {asked.loan_id: decision(doing, asked)}, asked.on)
    return {"write_off_id": done.id, "loan_id": done.loan_id}


def _reverse_write_off(session: Session, _doing: Doing, asked: ReverseWriteOffAsked) -> Mapping[str, Any]:
    _demand_own(session, WriteOffRow, "write-off", asked.write_off_id, asked.loan_id)
    return {"write_off_id": reverse_write_off(session, asked.write_off_id, asked.on), "loan_id": asked.loan_id}


def _recover(session: Session, _doing: Doing, asked: RecoverAsked) -> Mapping[str, Any]:
    [done] = recover(session, [Receipt(asked.loan_id, asked.paid_on, money(asked.amount), asked.bank_reference)])
    return {"recovery_id": done.id, "loan_id": done.loan_id}


def _reverse_recovery(session: Session, _doing: Doing, asked: ReverseRecoveryAsked) -> Mapping[str, Any]:
    _demand_own(session, LoanRecoveryRow, "recovery", asked.recovery_id, asked.loan_id)
    return {"recovery_id": reverse_recovery(session, asked.recovery_id, asked.on), "loan_id": asked.loan_id}


def _refund(session: Session, _doing: Doing, asked: RefundAsked) -> Mapping[str, Any]:
    done = refund_overpayment(session, asked.loan_id, money(asked.amount), asked.on)
    return {"repayment_id": done.id, "loan_id": done.loan_id}


def _demand_own(session: Session, table: type[Any], what: str, row_id: int, loan_id: int) -> None:
    """Refuse a row of another loan than the one the act was allowed for.

    Raises:
        NotFound.
    """
    row = session.get(table, row_id)
    if row is None or row.loan_id != loan_id:
        raise NotFound(what=what, name=str(row_id))


def owed(on: Callable[[Any], date]) -> Callable[[Session, Any], Sequence[Measure]]:
    """What a borrower owes at the close of the day of an act: principal, interest, penalty, and what is overdue."""

    def measures(session: Session, asked: Any) -> Sequence[Measure]:
        found = loan(session, asked.loan_id)
        at = positions(session, on(asked), loan_ids=[found.id]).row(found.id)
        overdue = at.get("principal_overdue", 0) + at.get("interest_overdue", 0)
        interest = at.get("accrued_total", 0) - at.get("interest_repaid", 0)
        figures = {
            "principal-outstanding": at.get("principal", 0), "interest-owed": interest,
            "penalty-owed": at.get("penalty", 0), "overdue": overdue, "overpayment-held": at.get("overpayment", 0),
            "left-to-recover": left_to_recover(session, found.id),
        }  # fmt: skip
        return tuple(Measure(key, value, of=found.contract.number) for key, value in figures.items())

    return measures


_on, _paid_on = owed(lambda asked: asked.on), owed(lambda asked: asked.paid_on)

ACTS: tuple[Act[Any], ...] = (
    Act(
        name="loans.refund-overpayment", asks=RefundAsked, path="/loans/{loan_id}/refunds", concerns=of_loan,
        work=_refund, second=always, measures=_on,
    ),
    Act(
        name="loans.restructure", asks=RestructureAsked, path="/loans/{loan_id}/restructurings", concerns=of_loan,
        work=_restructure, second=always, measures=_on,
    ),
    Act(
        name="loans.waive-penalty", asks=WaiveAsked, path="/loans/{loan_id}/waivers", concerns=of_loan, work=_waive,
        second=always, measures=_on,
    ),
    Act(
        name="loans.write-off", asks=WriteOffAsked, path="/loans/{loan_id}/write-offs", concerns=of_loan,
        work=_write_off, second=always, measures=_on,
    ),
    Act(
        name="loans.reverse-write-off", asks=ReverseWriteOffAsked,
        path="/loans/{loan_id}/write-offs/{write_off_id}/reversal", concerns=of_loan, work=_reverse_write_off,
        second=always, measures=_on,
    ),
    Act(
        name="loans.recover", asks=RecoverAsked, path="/loans/{loan_id}/recoveries", concerns=of_loan, work=_recover,
        measures=_paid_on,
    ),
    Act(
        name="loans.reverse-recovery", asks=ReverseRecoveryAsked,
        path="/loans/{loan_id}/recoveries/{recovery_id}/reversal", concerns=of_loan, work=_reverse_recovery,
        second=always, measures=_on,
    ),
)  # fmt: skip
