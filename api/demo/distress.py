"""What becomes of the loans of the demo that go wrong: some are restructured, some written off, a little comes in.

Lenders look at the last month-end. Who is three months late may agree on new terms for the rest of the term and then
pays; who is half a year late without them is written off by two people; of some of those the sale of a pledge brings a
part back. Which loans is told by their numbers, not by chance, so that the rest of the story stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from api.demo.borrowers import Borrower
from ledger.money import from_tiyn
from ledger.periods import first_day, last_day
from lending.microcredits.positions import positions
from lending.microcredits.recoveries import Receipt, left_to_recover, recover
from lending.microcredits.restructuring import NewTerms, restructure
from lending.microcredits.tables import LoanMonthRow, LoanRow, WriteOffRow
from lending.microcredits.values import Decision
from lending.microcredits.write_offs import write_off
from lending.programmes.months import add_months

#: Days past due at the last month-end from which a lender talks to the borrower, and from which it gives up.
TALKS_FROM, GIVES_UP_FROM = 91, 181
#: Of every so many loans one is restructured; of every so many written off, one brings something back.
RESTRUCTURED_OF, RECOVERED_OF = 3, 2
#: Months from a write-off to the sale of the pledge, and the part of the loss that it brings in.
SOLD_AFTER, BRINGS = 6, 5


def go_wrong(session: Session, borrowers: Mapping[int, Borrower], month: date) -> None:
    """Restructure, write off and recover at the end of ``month``."""
    on = last_day(month)
    late = _late(session, add_months(month, -1))
    _restructure(session, borrowers, [each.loan_id for each in late if each.days_past_due < GIVES_UP_FROM], on)
    at = positions(session, on, loan_ids=[each.loan_id for each in late if each.days_past_due >= GIVES_UP_FROM])
    lost = at.loan_id[at.days_past_due >= GIVES_UP_FROM].tolist()
    minutes = Decision(on, "Кредит бөлімі", "қарыз алушының мүлкі жоқ", f"хаттама {on:%Y-%m}", "Кредит комитеті")
    write_off(session, dict.fromkeys(lost, minutes), on)
    for loan_id in lost:
        borrowers[loan_id].settled = True
    _recover(session, add_months(month, -SOLD_AFTER), on)


def _late(session: Session, month: date) -> list[Row[tuple[int, int]]]:
    """Loans not written off that were late at the close of ``month``, with their days past due."""
    query = (
        select(LoanMonthRow.loan_id, LoanMonthRow.days_past_due)
        .join(LoanRow, LoanRow.id == LoanMonthRow.loan_id)
        .where(LoanMonthRow.month == month, LoanMonthRow.days_past_due >= TALKS_FROM, LoanRow.status == "active")
    )
    return list(session.execute(query.order_by(LoanMonthRow.loan_id)))


def _restructure(session: Session, borrowers: Mapping[int, Borrower], late: list[int], on: date) -> None:
    """Spread the debt of some over what is left of their terms; from then on they pay on time."""
    decision = Decision(on, "Кредит бөлімі", "құрғақшылық", f"өтініш {on:%Y-%m}")
    agreed = {}
    for loan_id in late:
        to_come = [due for due, _ in borrowers[loan_id].dues if due > on]
        if loan_id % RESTRUCTURED_OF == 0 and to_come:
            agreed[loan_id] = NewTerms(decision=decision, instalments=len(to_come), first_due_on=to_come[0])
    for done in restructure(session, agreed, on):
        borrower, plan = borrowers[done.loan_id], done.plan
        totals = map(sum, zip(plan.principal, plan.interest, strict=True))
        borrower.dues, borrower.paid = list(zip(plan.due_on, totals, strict=True)), 0
        borrower.temper = replace(borrower.temper, delay=0, stops_after=None)


def _recover(session: Session, month: date, on: date) -> None:
    """Take in what the pledges of some loans written off in ``month`` brought."""
    query = select(WriteOffRow.loan_id).where(
        WriteOffRow.written_off_on >= first_day(month), WriteOffRow.written_off_on <= last_day(month)
    )
    sold = [loan_id for loan_id in session.scalars(query.order_by(WriteOffRow.loan_id)) if loan_id % RECOVERED_OF == 0]
    recover(session, [Receipt(each, on, from_tiyn(left_to_recover(session, each) // BRINGS)) for each in sold])
