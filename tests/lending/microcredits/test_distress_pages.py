"""The worked tables on restructuring, penalties and write-offs come out as printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.money import from_tiyn, tenge
from lending.microcredits.recoveries import Receipt, left_to_recover, recover
from lending.microcredits.restructuring import NewTerms, restructure
from lending.microcredits.tables import LoanScheduleRow
from lending.microcredits.write_offs import Policy, write_off
from tests.lending.amortisation.worked_pages import Rows, Worked, tables, worked
from tests.lending.microcredits.distress import ALONE, DECISION, LATE, PENALTY, row
from tests.lending.microcredits.lender import lender
from tests.lending.microcredits.test_pages import shown


def test_the_new_schedule(session: Session) -> None:
    """The version of the page has its instalments, and what it puts off."""
    [example] = worked("restructuring")
    given = example.given
    loan_id = lender(session).lend("1200000")
    terms = NewTerms(
        decision=ALONE, instalments=given["instalments"], every_months=given["every_months"],
        first_due_on=date.fromisoformat(given["first_due_on"]), annual_rate=Decimal(given["annual_rate"]),
    )  # fmt: skip
    restructure(session, {loan_id: terms}, date.fromisoformat(given["on"]))
    query = select(LoanScheduleRow).where(LoanScheduleRow.loan_id == loan_id, LoanScheduleRow.version == 2)
    kept = session.scalars(query).one()
    told: Rows = [
        {
            "due on": str(due), "principal": shown(principal), "interest": shown(interest),
            "put off after": shown(deferred),
        }
        for due, principal, interest, deferred in zip(
            kept.due_on, kept.principal, kept.interest, kept.deferred, strict=True
        )
    ]  # fmt: skip
    assert told == example.rows


def test_the_penalty_of_each_day(session: Session) -> None:
    """What being late has cost by each day of the page."""
    [printed] = tables("penalties")
    loan_id = lender(session).lend("1200000", penalty=PENALTY)
    told: Rows = []
    for each in printed:
        at = row(session, loan_id, date.fromisoformat(each["on"]))
        told.append({
            "on": each["on"], "days past due": str(at["days_past_due"]),
            "overdue": shown(at["principal_overdue"] + at["interest_overdue"]),
            "penalty in all": shown(at["penalty_total"]),
        })  # fmt: skip
    assert told == printed


@pytest.mark.parametrize("example", list(worked("write-offs")), ids=lambda example: example.given["lots"])
def test_the_course_of_a_loss(session: Session, example: Worked) -> None:
    """Balances after the write-off and after each recovery are those of the page."""
    own = lender(session, "1200000")
    loan_id = own.lend("1200000")
    told: Rows = []
    for place, each in enumerate(example.rows):
        on = date.fromisoformat(each["on"])
        if on == LATE:
            write_off(session, {loan_id: DECISION}, on, Policy(**example.given))
        else:
            amount = tenge("300000") if place == 1 else from_tiyn(left_to_recover(session, loan_id))
            recover(session, [Receipt(loan_id, on, amount)])
        balances = {
            name: shown(balance_tiyn(session, name, book=own.id, effective_on=on)) for name in each if name != "on"
        }
        told.append({"on": each["on"], **balances})
    assert told == example.rows
