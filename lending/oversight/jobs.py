"""Jobs: how many each loan promised or had to create, how many are proved, and how long is left, as of a day.

Nothing is kept: it is read off the labour contracts and their evidence (`lending.oversight.labour_contracts`), and
what counts is decided in `lending.oversight.employment`. The clock is the edition's, 24 months from receipt under the
Road Map (RM-LN-11), or the agreement's where that is shorter. That the last day has passed is no breach by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from lending.oversight.employment import Employment, count
from lending.programmes.months import add_months
from lending.programmes.oversight_terms import oversight_terms

#: Details of a contract: how many jobs it promises, and a clock of its own to prove them, in months.
PROMISED, OWN_MONTHS = "jobs_promised", "job_proof_months"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """The jobs of a loan on a day. ``required`` is the greater of the promise and the edition's least number.

    ``due_on`` is the last day to conclude a job's first labour contract, None where nobody set one; ``rule`` sets it
    or, without one, the number. ``vacated`` are the numbers of jobs that were proved and stand empty.
    """

    loan_id: int
    lender_id: int
    received_on: date
    promised: int
    required: int
    proved: int
    vacated: tuple[int, ...]
    due_on: date | None
    rule: str

    @property
    def missing(self) -> int:
        """How many of the required jobs are not proved."""
        return max(self.required - self.proved, 0)

    def days_left(self, on: date) -> int | None:
        """Days from ``on`` to the last day, negative when it is past; None when nothing is missing in time."""
        return None if self.due_on is None or not self.missing else (self.due_on - on).days

    def late(self, on: date) -> bool:
        """Whether jobs are missing after the last day."""
        left = self.days_left(on)
        return left is not None and left < 0


LOANS = text("""
    SELECT l.id, l.lender_id, l.edition, l.territory_type, l.purpose, paid.received_on,
        coalesce(CAST(l.details ->> :promised AS int), 0) AS promised, CAST(l.details ->> :own AS int) AS own_months
    FROM loan l
    JOIN (SELECT loan_id, min(paid_on) AS received_on FROM disbursement WHERE paid_on <= :on GROUP BY loan_id) AS paid
        ON paid.loan_id = l.id
    WHERE (CAST(:loans AS bigint[]) IS NULL OR l.id = ANY(:loans))
        AND (CAST(:lenders AS bigint[]) IS NULL OR l.lender_id = ANY(:lenders))
    ORDER BY l.id
""")

EMPLOYMENTS = text("""
    SELECT c.loan_id, c.id, c.job, c.iin, c.number, c.concluded_on, e.last_day, c.seasonal,
        (SELECT coalesce(jsonb_object_agg(kind, papers), '{}') FROM (
            SELECT kind, count(*) AS papers FROM job_evidence
            WHERE contract_id = c.id AND proved_on <= :on GROUP BY kind) AS of_kind) AS evidence
    FROM job_contract c JOIN loan l ON l.id = c.loan_id
    LEFT JOIN job_contract_end e ON e.contract_id = c.id AND e.told_on <= :on
    WHERE c.proved_on <= :on AND (CAST(:loans AS bigint[]) IS NULL OR c.loan_id = ANY(:loans))
        AND (CAST(:lenders AS bigint[]) IS NULL OR l.lender_id = ANY(:lenders))
    ORDER BY c.loan_id, c.job, c.concluded_on
""")


def job_statuses(
    session: Session,
    on: date,
    *,
    loan_ids: Collection[int] | None = None,
    lender_ids: Collection[int] | None = None,
) -> list[JobStatus]:
    """The jobs, at the close of ``on``, of loans paid out by then that promise or have to create any.

    By what was known that day; least days left first, then in order of loan.
    """
    values = {
        "on": on, "loans": None if loan_ids is None else list(loan_ids),
        "lenders": None if lender_ids is None else list(lender_ids),
    }  # fmt: skip
    employed: dict[int, list[Employment]] = defaultdict(list)
    for row in session.execute(EMPLOYMENTS, values):
        employed[row.loan_id].append(Employment(
            contract_id=row.id, job=row.job, iin=row.iin, number=row.number, concluded_on=row.concluded_on,
            last_day=row.last_day, seasonal=row.seasonal, evidence=row.evidence,
        ))  # fmt: skip
    loans = session.execute(LOANS, {**values, "promised": PROMISED, "own": OWN_MONTHS})
    found = [_status(row, employed.get(row.id, []), on) for row in loans]
    concerned = [each for each in found if each.required]
    return sorted(concerned, key=lambda each: (not each.missing, each.due_on or date.max, each.loan_id))


def _status(row: Row[Any], employed: Sequence[Employment], on: date) -> JobStatus:
    terms = oversight_terms(row.edition, row.territory_type, row.purpose)
    clock, least = terms.job_proof_months, terms.jobs_min
    clocks = [months for months in (clock.value if clock else None, row.own_months) if months is not None]
    due_on = add_months(row.received_on, min(clocks)) if clocks else None
    counted = count(
        employed, on, due_on=due_on,
        kinds=terms.job_evidence.value if terms.job_evidence else (),
        months=terms.job_contribution_months.value if terms.job_contribution_months else 1,
    )  # fmt: skip
    cited = clock or least
    return JobStatus(
        loan_id=row.id, lender_id=row.lender_id, received_on=row.received_on, promised=row.promised,
        required=max(row.promised, least.value if least else 0), proved=counted.proved, vacated=counted.vacated,
        due_on=due_on, rule=cited.rule if cited else "agreement",
    )  # fmt: skip
