"""Calling a loan in: all the principal to come falls due on one day, by a version of the schedule.

Nothing is posted: what is owed stays what it was, only its day changes; when that day passes unpaid, the rest is
overdue like any other instalment. A call-in that was a mistake is taken back by a further version. Why a loan is called
in, and with what penalty, is decided by who asks.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.periods import first_day, states
from ledger.posting import PeriodLocked
from lending.microcredits.history import latest_movement
from lending.microcredits.refusals import DatesOutOfOrder, LoanNotOpen, PaymentOutOfOrder
from lending.microcredits.schedules import NewVersion, add_versions, replay, undo_last_change, versions
from lending.microcredits.values import Loan


def check_callable(session: Session, found: Loan, on: date, pay_by: date) -> None:
    """Refuse to demand anything of a loan ``on`` a day by ``pay_by``, which must be later.

    Raises:
        LoanNotOpen: it is not paid out, or written off. PaymentOutOfOrder: something later is recorded.
        DatesOutOfOrder: there is no day left to pay. PeriodLocked: the month of ``on`` is closed.
    """
    number, lender = found.contract.number, found.contract.lender_id
    if found.status not in ("active", "repaid"):
        raise LoanNotOpen(number=number, status=found.status, expected="active")
    latest = latest_movement(session, [found.id])[found.id]
    if on < latest:
        raise PaymentOutOfOrder(number=number, latest=str(latest), found=str(on))
    if pay_by <= on:
        raise DatesOutOfOrder(
            number=number, earlier="the day after the demand", later="payment", expected=str(on), found=str(pay_by)
        )
    state = states(session, on, [lender]).get(lender, "open")
    if state != "open":
        raise PeriodLocked(book=lender, month=f"{first_day(on):%Y-%m}", state=state)


def call_in(session: Session, found: Loan, on: date, pay_by: date) -> None:
    """Make all that a loan still has to come due on ``pay_by``; the caller holds the loan's lock and has checked.

    A loan of which everything falls due by then anyway keeps its schedule.
    """
    history = versions(session, [found.id])[found.id]
    current = replay(found.contract, history)
    if not current.to_come(on) or current.plan.due_on[-1] <= pay_by:
        return
    after = current.with_demand(on, pay_by)
    version = NewVersion(
        loan_id=found.id, number=history[-1].number + 1, valid_from=on, reason="demanded",
        principal_before=after.before, plan=after.plan,
    )  # fmt: skip
    add_versions(session, [version])


def take_back(session: Session, found: Loan, demanded_on: date, on: date) -> None:
    """Undo the call-in of a day from ``on``: the schedule before it is in force again, if the call-in changed it.

    The caller holds the loan's lock and has made sure that nothing happened to the loan since.
    """
    history = versions(session, [found.id])[found.id]
    if history[-1].reason == "demanded" and history[-1].valid_from == demanded_on:
        undo_last_change(session, found.contract, history, on)
