"""What closing a month writes for many loans at once: entries of each book, and a row for each loan.

The position of every loan at the month's end is compared with what its books say; the differences become one entry
a book and kind, so a month of ninety lenders is some hundreds of entries, not millions. The rows of ``loan_month``
keep the positions: the next month starts from them. Columns all the way: no object is made for any loan. In which
order, in which transaction and whether again is decided by `lending.month_end`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from ledger import chart
from ledger.columns import Integers
from ledger.periods import last_day, next_month
from ledger.posting import Columns, copy, post_columns
from lending.amortisation.rounding import Whole
from lending.bookings import MONTH_END_ACCOUNTS, loan
from lending.microcredits.positions import Positions, positions
from lending.provisions import Matrix

COLUMNS = (
    "loan_id", "month", "run_id", "accrued", "accrued_total", "accrued_at_due", "open_numerator", "principal",
    "principal_repaid", "interest_repaid", "principal_overdue", "interest_overdue", "days_past_due", "provision",
    "penalty_accrued", "penalty_total", "penalty_in_year", "stage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closed:
    """How many loans a chunk closed, and the loans it could not, with reasons."""

    loans: int
    failures: Mapping[int, str]


def close_loans(
    session: Session, run_id: int, month: date, books: Collection[int], loan_ids: range | Collection[int],
    matrix: Matrix,
) -> Closed:  # fmt: skip
    """Close ``month`` for the loans of ``books`` among ``loan_ids``; entries are dated on its last day.

    Interest is accrued to the first day of the next month. Repaid loans with nothing left to book are passed over.
    """
    end = last_day(month)
    at = positions(
        session, end, accrue_to=next_month(month), loan_ids=loan_ids, books=books, skip_settled=True
    )  # fmt: skip
    stage = matrix.stage(at.days_past_due, at.restructured_on, end)
    provision = matrix.provision(at.principal + at.interest, matrix.share(at.days_past_due, stage))
    changes = {
        "accrual": at.accrued_total - at.accrued_posted,
        "principal-arrears": at.principal_overdue - at.booked_principal_overdue,
        "interest-arrears": at.interest_overdue - at.booked_interest_overdue,
        "penalty": at.penalty_total - at.penalty_posted,
        "provision": provision - at.provision,
    }
    post_columns(session, entries(end, f"close:{run_id}", at, changes))
    copy(session, "loan_month", COLUMNS, _rows(run_id, month, at, changes, provision, stage))
    return Closed(len(at), at.failures)


def entries(on: date, source: str, at: Positions, changes: Mapping[str, Integers]) -> Columns:
    """Entries of ``on``: one a book and kind, a debit and a credit for each loan whose amount is not zero.

    ``changes`` are tiyn by kind of `MONTH_END_ACCOUNTS`, one element a loan of ``at``; negative amounts go back.
    """
    columns = Columns()
    by_book = np.argsort(at.lender_id, kind="stable")
    names = np.array([loan(loan_id) for loan_id in at.loan_id.tolist()], object)
    for kind, amounts in changes.items():
        chosen = by_book[amounts[by_book] != 0]
        _add_entries(columns, on, source, kind, at.lender_id[chosen], names[chosen], amounts[chosen])
    return columns


def _add_entries(
    columns: Columns, on: date, source: str, kind: str, lenders: Integers, names: Whole, amounts: Integers
) -> None:
    """Append the entries of one kind; loans come book by book."""
    books, first, loans = np.unique(lenders, return_index=True, return_counts=True)
    before = len(columns.event)
    places = np.repeat(np.arange(len(books)), loans)
    lines = 2 * (np.arange(len(lenders)) - first[places])
    columns.event += range(before, before + len(books))
    columns.book += books.tolist()
    columns.kind += [kind] * len(books)
    columns.source += [source] * len(books)
    columns.day += [on] * len(books)
    columns.legs += (2 * loans).tolist()
    columns.reverses += [0] * len(books)
    columns.entry += np.repeat(before + 1 + places, 2).tolist()
    columns.line += np.column_stack([lines, lines + 1]).ravel().tolist()
    columns.account += [chart.account(code).id for code in MONTH_END_ACCOUNTS[kind]] * len(lenders)
    columns.subject += np.repeat(names, 2).tolist()
    columns.amount += np.column_stack([amounts, -amounts]).ravel().tolist()


def _rows(
    run_id: int, month: date, at: Positions, changes: Mapping[str, Integers], provision: Integers, stage: Integers
) -> Iterable[str]:
    """Lines of ``loan_month`` for COPY."""
    columns = (
        changes["accrual"], at.accrued_total, at.accrued_at_due, at.open_numerator, at.principal, at.principal_repaid,
        at.interest_repaid, at.principal_overdue, at.interest_overdue, at.days_past_due, provision,
        changes["penalty"], at.penalty_total, at.penalty_in_year, stage,
    )  # fmt: skip
    middle = f"\t{month}\t{run_id}\t"
    for loan_id, *values in zip(at.loan_id.tolist(), *(column.tolist() for column in columns), strict=True):
        yield f"{loan_id}{middle}" + "\t".join(map(str, values)) + "\n"
