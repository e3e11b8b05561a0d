"""Cases of target use: one for every loan paid out, open from that day until the whole of it is proved.

A case is not kept: it is read off the disbursements, the confirmations and the violations, as of a day. The clock is
the edition's, or the agreement's where that is shorter, and runs from the day the money was paid out (919-LN-16,
RM-LN-10), in calendar days, the last one included. Confirmations are counted against tranches in the order they were
paid out, and the oldest tranche not wholly proved sets the day. That a day has passed is no breach by itself:
somebody finds it (`lending.oversight.violations`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from lending.programmes.oversight_terms import oversight_terms
from lending.programmes.provisions import Case as Provision

Outcome = Literal["open", "partly-confirmed", "confirmed", "breached"]

#: What a contract calls a clock of its own, in days, among its details.
OWN_DAYS = "target_use_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where a loan stands with its proofs; amounts in tiyn.

    ``received_on`` is the first payment; ``check_by`` the last day to prove what is unproved longest, or, once all
    is proved, the last day there was for the first payment; None where no clock runs. ``rule`` sets it.
    ``answer_by`` is the day of the oldest request for an explanation still unanswered.
    """

    loan_id: int
    lender_id: int
    received_on: date
    paid_out: int
    confirmed: int
    check_by: date | None
    rule: str
    breached: bool
    answer_by: date | None

    @property
    def unconfirmed(self) -> int:
        """Tiyn paid out and not proved."""
        return self.paid_out - self.confirmed

    @property
    def outcome(self) -> Outcome:
        """How the case stands: a breach found, all proved, some of it, or nothing yet."""
        if self.breached:
            return "breached"
        if not self.unconfirmed:
            return "confirmed"
        return "partly-confirmed" if self.confirmed else "open"

    def days_left(self, on: date) -> int | None:
        """Days from ``on`` to the last day, negative when it is past; None when nothing is left to prove in time."""
        return None if self.check_by is None or not self.unconfirmed else (self.check_by - on).days

    def late(self, on: date) -> bool:
        """Whether something is unproved after its last day."""
        left = self.days_left(on)
        return left is not None and left < 0


CASES = text("""
    WITH paid AS (
        SELECT d.loan_id, d.paid_on, sum(d.amount) OVER (PARTITION BY d.loan_id ORDER BY d.paid_on, d.id) AS upto
        FROM disbursement d JOIN loan l ON l.id = d.loan_id
        WHERE d.paid_on <= :on AND (CAST(:loans AS bigint[]) IS NULL OR d.loan_id = ANY(:loans))
            AND (CAST(:lenders AS bigint[]) IS NULL OR l.lender_id = ANY(:lenders))
    ), used AS (
        SELECT loan_id, sum(amount) AS confirmed FROM target_use WHERE confirmed_on <= :on
            AND (CAST(:loans AS bigint[]) IS NULL OR loan_id = ANY(:loans)) GROUP BY loan_id
    ), stood AS (
        SELECT p.loan_id, min(p.paid_on) AS received_on, max(p.upto)::bigint AS paid_out,
            coalesce(max(u.confirmed), 0)::bigint AS confirmed,
            min(p.paid_on) FILTER (WHERE p.upto > coalesce(u.confirmed, 0)) AS unproved_since
        FROM paid p LEFT JOIN used u USING (loan_id) GROUP BY p.loan_id
    )
    SELECT s.*, l.lender_id, l.edition, l.territory_type, l.purpose, CAST(l.details ->> :own AS int) AS own_days,
        EXISTS (
            SELECT FROM violation v WHERE v.loan_id = s.loan_id AND v.breach = 'target-use' AND v.found_on <= :on
            AND NOT EXISTS (
                SELECT FROM violation_closing c JOIN violation_proposal p ON p.id = c.proposal_id
                WHERE c.violation_id = v.id AND c.closed_on <= :on AND p.resolution <> 'paid'
            )
        ) AS breached,
        (SELECT min(r.answer_by) FROM explanation_request r
         WHERE r.loan_id = s.loan_id AND r.about = 'target-use' AND r.asked_on <= :on
           AND NOT EXISTS (SELECT FROM explanation e WHERE e.request_id = r.id AND e.answered_on <= :on)) AS answer_by
    FROM stood s JOIN loan l ON l.id = s.loan_id
    WHERE NOT :unproved_only OR s.unproved_since IS NOT NULL
    ORDER BY s.loan_id
""")


def cases(
    session: Session,
    on: date,
    *,
    loan_ids: Collection[int] | None = None,
    lender_ids: Collection[int] | None = None,
    unproved_only: bool = False,
) -> list[Case]:
    """The cases of all loans paid out by ``on``, or of some, at the close of that day: least days left first.

    Cases without a day to keep come last; cases of one day come in order of loan.
    """
    values = {
        "on": on, "own": OWN_DAYS, "unproved_only": unproved_only,
        "loans": None if loan_ids is None else list(loan_ids),
        "lenders": None if lender_ids is None else list(lender_ids),
    }  # fmt: skip
    found = [_case(row) for row in session.execute(CASES, values)]
    return sorted(found, key=lambda case: (not case.unconfirmed, case.check_by or date.max, case.loan_id))


def _case(row: Row[Any]) -> Case:
    days = oversight_terms(row.edition, row.territory_type, row.purpose).target_use_days
    clock, rule = _clock(days, row.own_days)
    since = row.unproved_since or row.received_on
    return Case(
        loan_id=row.loan_id, lender_id=row.lender_id, received_on=row.received_on, paid_out=row.paid_out,
        confirmed=row.confirmed, check_by=None if clock is None else since + timedelta(clock), rule=rule,
        breached=row.breached, answer_by=row.answer_by,
    )  # fmt: skip


def _clock(edition: Provision[int] | None, own: int | None) -> tuple[int | None, str]:
    """Days to prove the use within, the fewer of the edition's and the agreement's, and the rule they come from."""
    if edition is not None and (own is None or edition.value <= own):
        return edition.value, edition.rule
    return own, "" if own is None else "agreement"
