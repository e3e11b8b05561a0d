"""Demands: what a borrower has to pay and return for a violation, with date and document, and posted.

Under the Road Map the whole loan returns for either failure, and the fine is the agreement's (RM-PN-01, A-60); under
the other programmes both are the agreement's, written down beforehand (746-PN-02, 919-PN-01). The fine becomes a
receivable on the day of the demand; the principal to come falls due on the day to pay by, and goes the ordinary way
of overdue money if that day passes. One demand answers one violation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post
from lending import bookings
from lending.microcredits.calling_in import call_in, check_callable
from lending.microcredits.history import paid_out
from lending.microcredits.loans import locked_loan
from lending.microcredits.positions import positions
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.microcredits.values import Loan
from lending.oversight.refusals import DoneAlready, NobodyNamed, NothingAgreed
from lending.oversight.tables import BreachTermsRow, DemandRow, ViolationRow
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
            violation_id=violation.id, made_on=on, pay_by=letter.pay_by, document_number=letter.document_number,
            made_by=letter.made_by, rule=made.rule, clause=made.clause, fine=made.fine, principal=made.principal,
            event_id=events[0] if events else None,
        )
    )  # fmt: skip
    return made


def _check(session: Session, letter: Letter, violation: Violation, loan: Loan) -> None:
    number = loan.contract.number
    if not letter.made_by.strip():
        raise NobodyNamed(number=number)
    for there_is, what in ((violation.closed_on, "a closing"), (violation.pay_by, "a demand")):
        if there_is is not None:
            raise DoneAlready(what=what, of=f"violation {violation.id}")
    if letter.made_on < violation.found_on:
        raise DatesOutOfOrder(
            number=number, earlier="violation", later="demand", expected=str(violation.found_on),
            found=str(letter.made_on),
        )  # fmt: skip
    check_callable(session, loan, letter.made_on, letter.pay_by)


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
