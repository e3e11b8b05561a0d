"""Labour contracts of the jobs that loans create, and the evidence beside them, as they are recorded.

Each job of a loan is held by one person at a time, and one person proves one job of a borrower at a time: nobody is
counted twice. Contracts end, evidence arrives, others take the vacated jobs; each is a row of its own. Which jobs
that proves is told by `lending.oversight.jobs`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.identifiers import IdNumber
from ledger.locks import lock
from ledger.periods import first_day
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder, LoanNotOpen
from lending.microcredits.tables import DisbursementRow, LoanRow
from lending.oversight.employment import EvidenceKind
from lending.oversight.refusals import DoneAlready, JobTaken, MonthOfContributions, NobodyNamed, PersonCounted
from lending.oversight.tables import JobContractEndRow, JobContractRow, JobEvidenceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourContract:
    """A person employed in job number ``job`` (from 1) of a loan, checked by somebody on ``proved_on``."""

    loan_id: int
    job: int
    person: IdNumber
    number: str
    concluded_on: date
    starts_on: date
    proved_on: date
    checked_by: str
    seasonal: bool = False
    sha256: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A paper beside the labour contract; ``month`` (any day of it) is given for contributions and only for them."""

    contract_id: int
    kind: EvidenceKind
    number: str
    proved_on: date
    checked_by: str
    month: date | None = None
    sha256: bytes | None = None


def employ(session: Session, contracts: Sequence[LabourContract]) -> list[int]:
    """Record labour contracts, all of them or none; returns their ids in order.

    Raises:
        LoanNotOpen: the loan is not paid out. DatesOutOfOrder: concluded before the loan was received, or starting
            before it was concluded. JobTaken, PersonCounted: at that time. AmountNotPositive: no such job number.
        NobodyNamed, NotFound.
    """
    loans = _locked(session, {each.loan_id for each in contracts})
    taken = _services(session, loans)
    for each in contracts:
        if each.loan_id not in loans:
            raise NotFound(what="loan", name=str(each.loan_id))
        _check(each, loans[each.loan_id])
        _check_free(each, loans[each.loan_id], taken)
        taken.append(_Service(loans[each.loan_id].borrower_id, each.loan_id, each.job, str(each.person), each.number,
                              each.starts_on, None))  # fmt: skip
    rows = [
        {"loan_id": each.loan_id, "job": each.job, "iin": str(each.person), "number": each.number,
         "concluded_on": each.concluded_on, "starts_on": each.starts_on, "seasonal": each.seasonal,
         "proved_on": each.proved_on, "sha256": each.sha256, "checked_by": each.checked_by}
        for each in contracts
    ]  # fmt: skip
    added = insert(JobContractRow).returning(JobContractRow.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows)) if rows else []


def end(session: Session, contract_id: int, last_day: date, *, told_on: date, by: str) -> None:
    """Record that a labour contract was in force for the last time on ``last_day``.

    Raises:
        NotFound: no such contract. DoneAlready: it has ended. DatesOutOfOrder: before it started. NobodyNamed.
    """
    row = session.get(JobContractRow, contract_id)
    if row is None:
        raise NotFound(what="labour contract", name=str(contract_id))
    own = _locked(session, [row.loan_id])[row.loan_id]
    if not by.strip():
        raise NobodyNamed(number=own.number)
    if last_day < row.starts_on:
        raise DatesOutOfOrder(
            number=own.number, earlier="start of the labour contract", later="its last day",
            expected=str(row.starts_on), found=str(last_day),
        )  # fmt: skip
    if session.scalar(select(JobContractEndRow.contract_id).where(JobContractEndRow.contract_id == contract_id)):
        raise DoneAlready(what="an end", of=f"labour contract {row.number}")
    session.execute(
        insert(JobContractEndRow).values(contract_id=contract_id, last_day=last_day, told_on=told_on, checked_by=by)
    )


def prove(session: Session, evidence: Sequence[Evidence]) -> list[int]:
    """Record evidence beside labour contracts; returns the ids in order.

    Raises:
        NotFound: no such contract. DoneAlready: that month of contributions is recorded. DatesOutOfOrder: a month
            before the contract. MonthOfContributions. NobodyNamed.
    """
    table, ids = JobContractRow, {each.contract_id for each in evidence}
    contracts = session.execute(select(table.id, table.number, table.concluded_on).where(table.id.in_(ids)))
    found = {contract_id: (number, concluded_on) for contract_id, number, concluded_on in contracts}
    lock(session, "labour-contract", found)
    months = select(JobEvidenceRow.contract_id, JobEvidenceRow.month).where(
        JobEvidenceRow.contract_id.in_(ids), JobEvidenceRow.month.is_not(None)
    )
    recorded = {tuple(row) for row in session.execute(months)}
    rows = []
    for each in evidence:
        if each.contract_id not in found:
            raise NotFound(what="labour contract", name=str(each.contract_id))
        number, concluded_on = found[each.contract_id]
        month = each.month and first_day(each.month)
        _check_evidence(each, number, concluded_on)
        if month and (each.contract_id, month) in recorded:
            raise DoneAlready(what=f"proof of {month:%Y-%m}", of=f"labour contract {number}")
        recorded.add((each.contract_id, month))
        rows.append(
            {"contract_id": each.contract_id, "kind": each.kind, "number": each.number, "month": month,
             "proved_on": each.proved_on, "sha256": each.sha256, "checked_by": each.checked_by}
        )  # fmt: skip
    added = insert(JobEvidenceRow).returning(JobEvidenceRow.id, sort_by_parameter_order=True)
    together = {"render_nulls": True}  # papers without a number and without a month in one statement
    return list(session.scalars(added, rows, execution_options=together)) if rows else []


def _check_evidence(each: Evidence, number: str, concluded_on: date) -> None:
    if not each.checked_by.strip():
        raise NobodyNamed(number=number)
    if (each.kind == "contributions") != (each.month is not None):
        raise MonthOfContributions(number=number)
    if each.month is not None and first_day(each.month) < first_day(concluded_on):
        raise DatesOutOfOrder(
            number=number, earlier="labour contract", later="contributions", expected=f"{concluded_on:%Y-%m}",
            found=f"{each.month:%Y-%m}",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Owner:
    """What is asked of a loan before anybody is employed on it."""

    borrower_id: int
    number: str
    received_on: date | None


@dataclass(frozen=True, slots=True)
class _Service:
    """A person's time in a job; ``until`` None: still there."""

    borrower_id: int
    loan_id: int
    job: int
    iin: str
    number: str
    since: date
    until: date | None

    def overlaps(self, since: date) -> bool:
        """Whether it reaches into an open time from ``since``."""
        return self.until is None or since <= self.until


def _locked(session: Session, loan_ids: Collection[int]) -> dict[int, _Owner]:
    """The loans of these ids, read once their borrowers are locked: nobody else employs people for them meanwhile."""
    table = LoanRow
    received = select(func.min(DisbursementRow.paid_on)).where(DisbursementRow.loan_id == table.id)
    query = select(table.id, table.borrower_id, table.contract_number, received.scalar_subquery())
    found = {row[0]: _Owner(*row[1:]) for row in session.execute(query.where(table.id.in_(loan_ids)))}
    lock(session, "borrower", (each.borrower_id for each in found.values()))
    return found


def _services(session: Session, loans: Mapping[int, _Owner]) -> list[_Service]:
    """Who holds or held which job of the borrowers of ``loans``, on any of their loans."""
    table, ended = JobContractRow, JobContractEndRow
    rows = session.execute(
        select(LoanRow.borrower_id, table.loan_id, table.job, table.iin, table.number, table.starts_on, ended.last_day)
        .join(LoanRow, LoanRow.id == table.loan_id)
        .outerjoin(ended, ended.contract_id == table.id)
        .where(LoanRow.borrower_id.in_({each.borrower_id for each in loans.values()}))
    )
    return [_Service(*row) for row in rows]


def _check(each: LabourContract, owner: _Owner) -> None:
    if owner.received_on is None:
        raise LoanNotOpen(number=owner.number, status="contracted", expected="active")
    if not each.checked_by.strip():
        raise NobodyNamed(number=owner.number)
    if each.job < 1:
        raise AmountNotPositive(number=owner.number, found=str(each.job))
    days = (
        ("receipt of the loan", "labour contract", owner.received_on, each.concluded_on),
        ("labour contract", "its start", each.concluded_on, each.starts_on),
    )
    for earlier, later, expected, found in days:
        if found < expected:
            raise DatesOutOfOrder(
                number=owner.number, earlier=earlier, later=later, expected=str(expected), found=str(found)
            )


def _check_free(each: LabourContract, owner: _Owner, taken: Sequence[_Service]) -> None:
    """Refuse a job that is held, and a person who holds one, at any time from the start of the contract."""
    for other in taken:
        if other.borrower_id != owner.borrower_id or not other.overlaps(each.starts_on):
            continue
        if (other.loan_id, other.job) == (each.loan_id, each.job):
            raise JobTaken(number=owner.number, job=each.job, held=other.number)
        if other.iin == str(each.person):
            raise PersonCounted(number=owner.number, iin=other.iin, held=other.number)
