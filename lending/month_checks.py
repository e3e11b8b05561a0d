"""What must hold of a closed month of loans, as queries: the rows of the close and the ledger say the same.

The close runs them on its own month before it lets the month lock; `lending.verification` runs them on every locked
month. The ledger's side is the snapshot, which the ledger's own checks derive again from postings.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ledger import chart
from ledger.verification import Check


def _accounts(*codes: str) -> str:
    return "(" + ", ".join(str(chart.account(code).id) for code in codes) + ")"


PRINCIPAL, OVERDUE = _accounts("loan-principal", "loan-principal-overdue"), _accounts("loan-principal-overdue")
INTEREST, INTEREST_OVERDUE = _accounts("loan-interest", "loan-interest-overdue"), _accounts("loan-interest-overdue")
PROVISION = _accounts("loan-provision")
ALL = _accounts(
    "loan-principal", "loan-principal-overdue", "loan-interest", "loan-interest-overdue", "loan-provision"
)  # fmt: skip

#: One row a loan and locked month whose sums differ; ``{only_snapshot}`` and ``{only_rows}`` narrow the two sides.
#: The newest row of a loan's month is found by sorting: of a month just written PostgreSQL has no statistics yet, takes
#: it for a single row, and would look through all of it for each loan.
LOANS_AGREE = f"""
    SELECT b.subject || ' ' || to_char(b.month, 'YYYY-MM') AS place, 'as the close left it' AS expected,
        'the ledger has more by: principal ' || principal || ', overdue ' || overdue || ', interest ' || interest
            || ', overdue ' || interest_overdue || ', provision ' || provision AS found
    FROM (
        SELECT book_id, month, subject, sum(principal) AS principal, sum(overdue) AS overdue,
            sum(interest) AS interest, sum(interest_overdue) AS interest_overdue, sum(provision) AS provision
        FROM (
            SELECT s.book_id, s.month, s.subject, s.balance * (s.account_id IN {PRINCIPAL})::int AS principal,
                s.balance * (s.account_id IN {OVERDUE})::int AS overdue,
                s.balance * (s.account_id IN {INTEREST})::int AS interest,
                s.balance * (s.account_id IN {INTEREST_OVERDUE})::int AS interest_overdue,
                -s.balance * (s.account_id IN {PROVISION})::int AS provision
            FROM snapshot s WHERE s.account_id IN {ALL} {{only_snapshot}}
            UNION ALL
            SELECT last.lender_id, last.month, 'loan:' || last.loan_id, -last.principal, -last.principal_overdue,
                last.interest_repaid - last.accrued_total, -last.interest_overdue, -last.provision
            FROM (
                SELECT DISTINCT ON (m.loan_id, m.month) m.*, l.lender_id
                FROM loan_month m JOIN loan l ON l.id = m.loan_id
                WHERE true {{only_rows}} ORDER BY m.loan_id, m.month, m.run_id DESC
            ) AS last
        ) AS sides GROUP BY book_id, month, subject
        HAVING sum(principal) <> 0 OR sum(overdue) <> 0 OR sum(interest) <> 0 OR sum(interest_overdue) <> 0
            OR sum(provision) <> 0
    ) AS b
    JOIN period p USING (book_id, month) WHERE p.state IN ('locked', 'final') ORDER BY b.month, b.subject
"""  # noqa: S608 - account numbers from the chart


def _loans_agree(only_snapshot: str, only_rows: str) -> Check:
    return Check(
        "closed-loans-agree",
        "what the close wrote down of each loan is what the ledger says at the month's end",
        LOANS_AGREE.format(only_snapshot=only_snapshot, only_rows=only_rows),
    )


def month_checks(month: date, books: Collection[int]) -> tuple[Check, ...]:
    """The checks of one locked month of some books."""
    ids = "{" + ",".join(map(str, sorted(books))) + "}"
    return (
        _loans_agree(
            f"AND s.month = DATE '{month}' AND s.book_id = ANY ('{ids}'::bigint[])",
            f"AND m.month = DATE '{month}' AND l.lender_id = ANY ('{ids}'::bigint[])",
        ),
    )


#: The checks of every locked month.
CHECKS: tuple[Check, ...] = (_loans_agree("", ""),)
