"""Demands: what a borrower has to pay and return for a violation, with date and document, and posted.

Under the Road Map the whole loan returns for either failure, and the fine is the agreement's (RM-PN-01, A-60); under
the other programmes both are the agreement's, written down beforehand (746-PN-02, 919-PN-01). The fine becomes a
receivable on the day of the demand; the principal to come falls due on the day to pay by, and goes the ordinary way
of overdue money if that day passes. One demand answers one violation; a demand made by mistake is withdrawn by two
people while nothing later has happened to the loan, and the violation is open again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post, reverse
from lending import bookings
from lending.microcredits.calling_in import call_in, check_callable, take_back
from lending.microcredits.history import latest_movement, paid_out
from lending.microcredits.loans import locked_loan
from lending.microcredits.positions import positions
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.microcredits.values import Decision, Loan
from lending.oversight.refusals import DemandRestedOn, DoneAlready, NobodyNamed, NothingAgreed, SamePerson
from lending.oversight.tables import BreachTermsRow, DemandRow, DemandWithdrawalRow, ViolationRow
from lending.oversight.values import BreachTerms, Consequence, consequence
from lending.oversight.violations import Violation, violations
from lending.programmes.oversight_terms import oversight_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The document a demand is made by: the violation, its day and number, who signs, and the day to pay by."""

    violation_id: int
    made_on: date
    pay_by: date
    document_number: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Demand:
    """What was demanded, in tiyn: the fine, and the principal outstanding when all of it returns, else nothing."""

    violation_id: int
    fine: int
    principal: int
    rule: str
    clause: str


def agree(session: Session, terms: BreachTerms) -> int:
    """Record what a loan's agreement, or an annex to it, says of breaches; returns its id. The latest counts.

    Raises:
        NotFound: no such loan. AmountNotPositive: a fine below nothing. DatesOutOfOrder: before the contract.
    """
    contract = locked_loan(session, terms.loan_id).contract
    for fine in (terms.fine and terms.fine.amount, terms.fine_share):
        if fine is not None and fine < 0:
            raise AmountNotPositive(number=contract.number, found=str(fine))
    if terms.agreed_on < contract.signed_on:
        raise DatesOutOfOrder(
            number=contract.number, earlier="contract date", later="what follows from a breach",
            expected=str(contract.signed_on), found=str(terms.agreed_on),
        )  # fmt: skip
    added = insert(BreachTermsRow).values(
        loan_id=terms.loan_id, agreed_on=terms.agreed_on, document_number=terms.document_number,
        fine=None if terms.fine is None else to_tiyn(terms.fine), fine_share=terms.fine_share,
        full_return=terms.full_return,
    )  # fmt: skip
    return session.execute(added.returning(BreachTermsRow.id)).scalar_one()


def demand(session: Session, letter: Letter) -> Demand:
    """Demand what follows from a violation: post the fine, and call the loan in where all of it returns.

    Raises:
        NotFound: no such violation. DoneAlready: it is closed, or something was demanded for it. NobodyNamed.
        NothingAgreed: neither the edition nor the agreement before the violation says what follows.
        NesieError: `check_callable` refuses the day.
    """
    row = session.get(ViolationRow, letter.violation_id)
    if row is None:
        raise NotFound(what="violation", name=str(letter.violation_id))
    loan = locked_loan(session, row.loan_id)
    [violation] = violations(session, date.max, ids=[row.id])
    _check(session, letter, violation, loan)
    follows = _consequence(session, violation, loan)
    on, events = letter.made_on, []
    principal = positions(session, on, loan_ids=[loan.id]).row(loan.id)["principal"] if follows.full_return else 0
    if follows.fine:
        events = list(post(session, [bookings.fine(loan.contract.lender_id, loan.id, on, follows.fine)]))
    if principal:
        call_in(session, loan, on, letter.pay_by)
    made = Demand(violation.id, follows.fine, principal, follows.rule, follows.clause)
    session.execute(
        insert(DemandRow).values(
            violation_id=violation.id, standing=True, made_on=on, pay_by=letter.pay_by,
            document_number=letter.document_number, made_by=letter.made_by, rule=made.rule, clause=made.clause,
            fine=made.fine, principal=made.principal,
            event_id=events[0] if events else None,
        )
    )  # fmt: skip
    return made


def withdraw(session: Session, violation_id: int, decision: Decision) -> None:
    """Take the standing demand for a violation back, as two people decided, on the day of their decision.

    The fine is reversed and the schedule before the call-in is in force again; charges for lateness that the demand
    brought meanwhile stay owed and may be waived. The violation is open as if nothing had been demanded.

    Raises:
        NotFound: no such violation, or no demand for it stands. NobodyNamed. SamePerson: who decides does not confirm.
            DoneAlready: the violation is closed. DatesOutOfOrder: before the demand. DemandRestedOn: the loan has
            moved since, or a later demand for all of it stands. PeriodLocked.
    """
    row = session.get(ViolationRow, violation_id)
    if row is None:
        raise NotFound(what="violation", name=str(violation_id))
    loan = locked_loan(session, row.loan_id)
    made = session.scalar(select(DemandRow).where(DemandRow.violation_id == violation_id, DemandRow.standing))
    if made is None:
        raise NotFound(what="standing demand for violation", name=str(violation_id))
    _check_withdrawal(session, loan, made, decision)
    others = _whole_loan(session, loan.id, made.id)
    event_id = None if made.event_id is None else reverse(session, made.event_id, decision.on)
    if made.principal and not others:
        take_back(session, loan, made.made_on, decision.on)
    session.execute(
        insert(DemandWithdrawalRow).values(
            demand_id=made.id, withdrawn_on=decision.on, decided_by=decision.by, confirmed_by=decision.confirmed_by,
            reason=decision.reason, document=decision.document, event_id=event_id,
        )
    )  # fmt: skip
    session.execute(update(DemandRow).where(DemandRow.id == made.id).values(standing=False))


def _check_withdrawal(session: Session, loan: Loan, made: DemandRow, decision: Decision) -> None:
    number, confirmed_by = loan.contract.number, decision.confirmed_by or ""
    people = {decision.by.strip().lower(), confirmed_by.strip().lower()}
    if "" in people:
        raise NobodyNamed(number=number)
    if len(people) == 1:
        raise SamePerson(violation=made.violation_id, name=confirmed_by)
    [violation] = violations(session, date.max, ids=[made.violation_id])
    if violation.closed_on is not None:
        raise DoneAlready(what="a closing", of=f"violation {violation.id}")
    if decision.on < made.made_on:
        raise DatesOutOfOrder(
            number=number, earlier="demand", later="withdrawal", expected=str(made.made_on), found=str(decision.on)
        )
    later = [each for each in _whole_loan(session, loan.id, made.id) if each > made.id]
    moved = latest_movement(session, [loan.id])[loan.id]
    owed = positions(session, decision.on, loan_ids=[loan.id]).row(loan.id)
    reasons = {
        f"demand {max(later, default=0)} for the whole loan came after it": bool(made.principal and later),
        f"the loan has a later movement, of {moved}": moved > made.made_on,
        "its fine is paid or forgiven": owed["penalty"] < made.fine,
    }
    for reason, holds in reasons.items():
        if holds:
            raise DemandRestedOn(number=number, made_on=str(made.made_on), reason=reason)


def _whole_loan(session: Session, loan_id: int, but: int) -> list[int]:
    """Other standing demands for all of a loan."""
    return list(
        session.scalars(
            select(DemandRow.id)
            .join(ViolationRow, ViolationRow.id == DemandRow.violation_id)
            .where(ViolationRow.loan_id == loan_id, DemandRow.standing, DemandRow.principal > 0, DemandRow.id != but)
        )
    )


def _check(session: Session, letter: Letter, violation: Violation, loan: Loan) -> None:
    number = loan.contract.number
    if not letter.made_by.strip():
        raise NobodyNamed(number=number)
    for there_is, what in ((violation.closed_on, "a closing"), (violation.pay_by, "a demand")):
        if there_is is not None:
            raise DoneAlready(what=what, of=f"violation {violation.id}")
    for earlier, day in (("violation", violation.found_on), ("withdrawal", _withdrawn(session, violation.id))):
        if day is not None and letter.made_on < day:
            raise DatesOutOfOrder(
                number=number, earlier=earlier, later="demand", expected=str(day), found=str(letter.made_on)
            )
    check_callable(session, loan, letter.made_on, letter.pay_by)


def _withdrawn(session: Session, violation_id: int) -> date | None:
    """Day on which a demand for the violation was last withdrawn."""
    days = select(func.max(DemandWithdrawalRow.withdrawn_on)).join(
        DemandRow, DemandRow.id == DemandWithdrawalRow.demand_id
    )
    return session.scalar(days.where(DemandRow.violation_id == violation_id))


def _consequence(session: Session, violation: Violation, loan: Loan) -> Consequence:
    """What follows from the violation by the edition and by the agreement as it was when it was found."""
    contract = loan.contract
    follows = consequence(
        violation.breach,
        oversight_terms(loan.edition, contract.territory_type, contract.purpose),
        _agreed(session, loan.id, violation.found_on),
        paid_out(session, [loan.id]).get(loan.id, 0),
    )
    if follows is None:
        raise NothingAgreed(number=contract.number, edition=loan.edition, on=str(violation.found_on))
    return follows


def _agreed(session: Session, loan_id: int, on: date) -> BreachTerms | None:
    """What had been agreed about breaches by ``on``."""
    row = session.scalar(
        select(BreachTermsRow)
        .where(BreachTermsRow.loan_id == loan_id, BreachTermsRow.agreed_on <= on)
        .order_by(BreachTermsRow.agreed_on.desc(), BreachTermsRow.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return BreachTerms(
        loan_id=row.loan_id, agreed_on=row.agreed_on, document_number=row.document_number,
        fine=None if row.fine is None else from_tiyn(row.fine), fine_share=row.fine_share,
        full_return=row.full_return,
    )  # fmt: skip
