"""The card of a microcredit: how it stands, what was agreed, its schedules, all that happened, and whose money it is.

Read with the eyes of the system once the reader was found to see the loan; what only its lender may know (postings)
is left empty for others. The schedule signed is compared with the one in force instalment by instalment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from guarantees.tables import GuaranteeRow
from ledger.money import to_tiyn
from ledger.organisations import organisation
from lending.applications.tables import ApplicationRow, ApplicationStepRow
from lending.chain.facilities import facility
from lending.microcredits.arrears import BUCKETS, bucket_of
from lending.microcredits.recoveries import left_to_recover
from lending.microcredits.statement import ScheduleVersion, Statement, statement
from lending.microcredits.tables import LoanRow
from lending.oversight.cases import cases
from lending.oversight.jobs import job_statuses
from reports.cards.loan_events import Event, events
from reports.cards.loan_money import Leg, Origin, Seen, legs, origins
from reports.report import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is owed at the close of a day, in tiyn. ``arrears_since`` is the oldest due date not wholly paid.

    ``band`` is the place of its days past due among those of `lending.microcredits.arrears.BUCKETS`.
    """

    paid_out: int = 0
    principal: int = 0
    principal_overdue: int = 0
    interest: int = 0
    interest_overdue: int = 0
    penalty: int = 0
    overpayment: int = 0
    days_past_due: int = 0
    band: int = 0
    arrears_since: date | None = None
    next_due_on: date | None = None
    left_to_recover: int = 0

    @property
    def arrears(self) -> int:
        """All that is overdue: principal, interest and penalty."""
        return self.principal_overdue + self.interest_overdue + self.penalty


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One payment of a schedule, tiyn; ``balance`` is owed after it. ``changed``: the schedule signed says otherwise.

    ``was`` is what the schedule signed says of that place: (due day, principal, interest), None where it has none.
    """

    number: int
    due_on: date
    principal: int
    interest: int
    balance: int
    changed: bool = False
    was: tuple[date, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A version of the schedule; the first is the one signed, the last the one in force."""

    number: int
    valid_from: date
    reason: str
    effective_rate: Decimal
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched after the contract: target use (tiyn, last day), jobs, guarantees (id and number), application.

    ``target_use``: paid out, confirmed, last day, outcome; ``jobs``: required, proved, last day; None where there is
    nothing to watch. ``guarantee_asked``: its contract names a share to be guaranteed.
    """

    target_use: tuple[int, int, date | None, str] | None
    jobs: tuple[int, int, date | None] | None
    guarantees: tuple[tuple[int, str], ...]
    guarantee_asked: bool
    application: tuple[int, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanCard:
    """Everything known of a microcredit at the close of ``on``; sums are tiyn, rates fractions."""

    id: int
    on: date
    number: str
    status: str
    edition: str
    lender_id: int
    lender: Name
    facility_id: int
    facility: str
    borrower_id_number: str
    borrower_name: str
    borrower_kind: str
    signed_on: date
    disburse_on: date
    amount: int
    annual_rate: Decimal
    months: int
    every_months: int
    method: str
    day_count: str
    principal_grace_months: int
    interest_grace_months: int
    purpose: str
    sector: str
    territory: str
    kato: str | None
    oked: str | None
    start_up: bool
    details: Mapping[str, Any]
    standing: Standing
    schedules: tuple[Schedule, ...]
    events: tuple[Event, ...]
    origins: tuple[Origin, ...]
    postings: tuple[Leg, ...]
    watched: Watched
    balances: tuple[tuple[date, int], ...]

    @property
    def signed(self) -> Schedule:
        """The schedule as signed."""
        return self.schedules[0]

    @property
    def in_force(self) -> Schedule:
        """The schedule that holds now."""
        return self.schedules[-1]


def loan_card(session: Session, loan_id: int, on: date, *, own: bool, seen: Seen) -> LoanCard:
    """The card of a loan as known at the close of a day; ``own``: the reader is its lender, or sees everything.

    Loans that the money came back from are named where the reader has ``seen`` them. The session sees everything.

    Raises:
        NotFound: there is no such loan.
    """
    told = statement(session, loan_id, on)
    of = told.loan.contract
    lender = organisation(session, of.lender_id)
    return LoanCard(
        id=loan_id, on=on, number=of.number, status=told.loan.status, edition=told.loan.edition,
        lender_id=of.lender_id, lender=Name(lender.name_kk, lender.name_ru, lender.name_en),
        facility_id=of.facility_id, facility=facility(session, of.facility_id).number,
        borrower_id_number=str(of.borrower.id_number), borrower_name=of.borrower.name, borrower_kind=of.borrower.kind,
        signed_on=of.signed_on, disburse_on=of.disburse_on, amount=to_tiyn(of.amount), annual_rate=of.annual_rate,
        months=of.instalments * of.every_months, every_months=of.every_months, method=of.method,
        day_count=of.day_count, principal_grace_months=of.principal_grace * of.every_months,
        interest_grace_months=of.interest_grace * of.every_months, purpose=of.purpose, sector=of.sector,
        territory=of.territory_type, kato=of.kato, oked=of.oked, start_up=of.start_up, details=dict(of.details),
        standing=_standing(told, left_to_recover(session, loan_id)), schedules=_schedules(told.schedules),
        events=tuple(events(session, loan_id, on)), origins=tuple(origins(session, loan_id, on, seen)),
        postings=tuple(legs(session, loan_id, of.lender_id, on)) if own else (),
        watched=_watched(session, loan_id, on), balances=tuple((line.on, line.principal_after) for line in told.lines),
    )  # fmt: skip


def _standing(told: Statement, to_recover: int) -> Standing:
    at = told.position
    if not at:
        return Standing(left_to_recover=to_recover)
    days = at["days_past_due"]
    return Standing(
        paid_out=at["disbursed"], principal=at["principal"], principal_overdue=at["principal_overdue"],
        interest=at["accrued_total"] - at["interest_repaid"], interest_overdue=at["interest_overdue"],
        penalty=at["penalty"], overpayment=at["overpayment"], days_past_due=days,
        band=int(bucket_of(np.array([days]), BUCKETS)[0]),
        arrears_since=told.on - timedelta(days) if days else None, next_due_on=at["next_due_on"],
        left_to_recover=to_recover,
    )  # fmt: skip


def _schedules(versions: Sequence[ScheduleVersion]) -> tuple[Schedule, ...]:
    signed = versions[0].lines
    return tuple(_schedule(version, signed, first=place == 0) for place, version in enumerate(versions))


def _schedule(version: ScheduleVersion, signed: Sequence[tuple[date, int, int]], *, first: bool) -> Schedule:
    total = sum(principal for _, principal, _ in version.lines)
    left = [total - paid for paid in accumulate(principal for _, principal, _ in version.lines)]
    before = {due_on: (due_on, principal, interest) for due_on, principal, interest in signed}
    return Schedule(
        number=version.number, valid_from=version.valid_from, reason=version.reason,
        effective_rate=version.effective_rate,
        instalments=tuple(
            Instalment(
                number=number, due_on=line[0], principal=line[1], interest=line[2], balance=balance,
                changed=not first and before.get(line[0]) != line, was=None if first else before.get(line[0]),
            )
            for number, (line, balance) in enumerate(zip(version.lines, left, strict=True), start=1)
        ),
    )  # fmt: skip


def _watched(session: Session, loan_id: int, on: date) -> Watched:
    use = next(iter(cases(session, on, loan_ids=[loan_id])), None)
    jobs = next(iter(job_statuses(session, on, loan_ids=[loan_id])), None)
    given = select(GuaranteeRow.id, GuaranteeRow.number).where(GuaranteeRow.loan_id == loan_id)
    asked = select(LoanRow.details.has_key("guarantee_share")).where(LoanRow.id == loan_id)
    begun = (
        select(ApplicationRow.id, ApplicationRow.number)
        .join(ApplicationStepRow, ApplicationStepRow.application_id == ApplicationRow.id)
        .where(ApplicationStepRow.loan_id == loan_id)
        .limit(1)
    )
    application = session.execute(begun).one_or_none()
    return Watched(
        target_use=None if use is None else (use.paid_out, use.confirmed, use.check_by, use.outcome),
        jobs=None if jobs is None else (jobs.required, jobs.proved, jobs.due_on),
        guarantees=tuple((row.id, row.number) for row in session.execute(given)),
        guarantee_asked=bool(session.scalar(asked)),
        application=None if application is None else (application.id, application.number),
    )
