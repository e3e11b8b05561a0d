"""The case of a loan: its proofs, questions, violations and jobs, and the whole story on one timeline.

Everything is read as of a day, from the rows that oversight keeps; what each means is `lending.oversight`'s to say.
Days are told with the rule they come from, so that whoever disagrees knows with what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn, to_tiyn
from ledger.organisations import organisation
from lending.microcredits.loans import loan
from lending.microcredits.tables import DisbursementRow
from lending.oversight.cases import Case, cases
from lending.oversight.change_of_use import DueChange, due_changes
from lending.oversight.jobs import JobStatus, job_statuses
from lending.oversight.tables import (
    BreachTermsRow,
    ChangeOfUseRow,
    DemandRow,
    DemandWithdrawalRow,
    ExplanationRequestRow,
    ExplanationRow,
    JobContractEndRow,
    JobContractRow,
    JobEvidenceRow,
    TargetUseRow,
    ViolationClosingRow,
    ViolationProposalRow,
    ViolationRow,
)
from lending.oversight.violations import Violation, violations
from reports.figures import share
from reports.report import Name, Phrase, phrase
from reports.scope import organisation_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A confirmation: its document, its sum in tiyn, who looked at it; ``withdrawn`` ones count no more."""

    id: int
    on: date
    amount: int
    kind: str
    number: str
    dated: date | None
    checked_by: str
    sha256: str | None
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An explanation asked for, and its answer where one came."""

    id: int
    about: str
    asked_on: date
    answer_by: date
    asked_by: str
    answered_on: date | None
    document_number: str | None
    satisfied: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A person in one of the loan's jobs: the labour contract, its end, and the papers beside it."""

    contract_id: int
    job: int
    id_number: str
    number: str
    concluded_on: date
    last_day: date | None
    seasonal: bool
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the story: when, what, in whose name, about which page of ours."""

    on: date
    words: Phrase
    who: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """A loan as it is watched; amounts in tiyn. ``case`` is None while nothing is paid out."""

    loan_id: int
    on: date
    contract_number: str
    contract_date: date
    borrower: str
    id_number: str
    lender: Name
    lender_id: int
    purpose: str
    edition: str
    amount: int
    case: Case | None
    days_left: int | None
    proofs: tuple[Proof, ...]
    questions: tuple[Question, ...]
    violations: tuple[Violation, ...]
    jobs: JobStatus | None
    jobs_days_left: int | None
    workers: tuple[Worker, ...]
    change: DueChange | None
    story: tuple[Happening, ...]

    @property
    def proved_share(self) -> Any:
        """Part of what was paid out that is proved."""
        return share(self.case.confirmed, self.case.paid_out) if self.case else None


def case_card(session: Session, loan_id: int, on: date) -> CaseCard:
    """The case of a loan at the close of a day.

    Raises:
        NotFound: there is no such loan in sight.
    """
    found = loan(session, loan_id)
    contract = found.contract
    case = next(iter(cases(session, on, loan_ids=[loan_id])), None)
    jobs = next(iter(job_statuses(session, on, loan_ids=[loan_id])), None)
    return CaseCard(
        loan_id=loan_id, on=on, contract_number=contract.number, contract_date=contract.signed_on,
        borrower=contract.borrower.name, id_number=str(contract.borrower.id_number),
        lender=organisation_name(organisation(session, contract.lender_id)), lender_id=contract.lender_id,
        purpose=contract.purpose, edition=found.edition, amount=to_tiyn(contract.amount), case=case,
        days_left=None if case is None else case.days_left(on), proofs=tuple(_proofs(session, loan_id, on)),
        questions=tuple(_questions(session, loan_id, on)), violations=tuple(violations(session, on, [loan_id])),
        jobs=jobs, jobs_days_left=None if jobs is None else jobs.days_left(on),
        workers=tuple(_workers(session, loan_id, on)),
        change=next(iter(due_changes(session, on, loan_ids=[loan_id])), None),
        story=tuple(sorted(_story(session, loan_id, on), key=lambda each: each.on, reverse=True)),
    )  # fmt: skip


def case_of_violation(session: Session, violation_id: int) -> int:
    """The loan that a violation was found on.

    Raises:
        NotFound: there is no such violation in sight.
    """
    row = session.get(ViolationRow, violation_id)
    if row is None:
        raise NotFound(what="violation", name=str(violation_id))
    return row.loan_id


def _of(session: Session, table: Any, loan_id: int, day: Any, on: date) -> Sequence[Any]:
    return session.scalars(select(table).where(table.loan_id == loan_id, day <= on).order_by(day, table.id)).all()


def _proofs(session: Session, loan_id: int, on: date) -> Iterator[Proof]:
    rows = _of(session, TargetUseRow, loan_id, TargetUseRow.confirmed_on, on)
    taken_back = [(row.document_kind, row.document_number, -row.amount) for row in rows if row.amount < 0]
    for row in rows:
        if row.amount > 0:
            key = (row.document_kind, row.document_number, row.amount)
            if withdrawn := key in taken_back:
                taken_back.remove(key)
            yield Proof(
                id=row.id, on=row.confirmed_on, amount=row.amount, kind=row.document_kind, number=row.document_number,
                dated=row.document_date, checked_by=row.checked_by, withdrawn=withdrawn,
                sha256=row.sha256.hex() if row.sha256 else None,
            )  # fmt: skip


def _questions(session: Session, loan_id: int, on: date) -> Iterator[Question]:
    for row in _of(session, ExplanationRequestRow, loan_id, ExplanationRequestRow.asked_on, on):
        answer = session.get(ExplanationRow, row.id)
        yield Question(
            id=row.id, about=row.about, asked_on=row.asked_on, answer_by=row.answer_by, asked_by=row.asked_by,
            answered_on=answer.answered_on if answer else None,
            document_number=answer.document_number if answer else None,
            satisfied=answer.satisfied if answer else None,
        )  # fmt: skip


def _workers(session: Session, loan_id: int, on: date) -> Iterator[Worker]:
    for row in _of(session, JobContractRow, loan_id, JobContractRow.proved_on, on):
        ended = session.get(JobContractEndRow, row.id)
        papers = session.scalars(
            select(JobEvidenceRow.kind).where(JobEvidenceRow.contract_id == row.id, JobEvidenceRow.proved_on <= on)
        )
        yield Worker(
            contract_id=row.id, job=row.job, id_number=row.iin, number=row.number, concluded_on=row.concluded_on,
            last_day=ended.last_day if ended and ended.told_on <= on else None, seasonal=row.seasonal,
            papers=tuple(sorted(papers)),
        )  # fmt: skip


def _story(session: Session, loan_id: int, on: date) -> Iterator[Happening]:
    for row in _of(session, DisbursementRow, loan_id, DisbursementRow.paid_on, on):
        yield Happening(row.paid_on, phrase("story.paid-out", amount=from_tiyn(row.amount)), about=f"loan:{loan_id}")
    for row in _of(session, TargetUseRow, loan_id, TargetUseRow.confirmed_on, on):
        key = "story.proved" if row.amount > 0 else "story.proof-withdrawn"
        told = phrase(key, amount=from_tiyn(abs(row.amount)), number=row.document_number)
        yield Happening(row.confirmed_on, told, row.checked_by)
    for row in _questions(session, loan_id, on):
        about = phrase(f"breach.{row.about}")
        yield Happening(row.asked_on, phrase("story.asked", about=about, by=row.answer_by), row.asked_by)
        if row.answered_on and row.answered_on <= on:
            key = "story.satisfied" if row.satisfied else "story.not-satisfied"
            yield Happening(row.answered_on, phrase(key, number=row.document_number))
    yield from _violated(session, loan_id, on)
    for row in _of(session, BreachTermsRow, loan_id, BreachTermsRow.agreed_on, on):
        yield Happening(row.agreed_on, phrase("story.agreed", number=row.document_number))
    for row in _of(session, JobContractRow, loan_id, JobContractRow.proved_on, on):
        yield Happening(row.proved_on, phrase("story.employed", job=row.job, number=row.number), row.checked_by)
        ended = session.get(JobContractEndRow, row.id)
        if ended and ended.told_on <= on:
            yield Happening(ended.told_on, phrase("story.left", job=row.job, number=row.number), ended.checked_by)
    changed = session.get(ChangeOfUseRow, loan_id)
    if changed and changed.changed_on <= on:
        yield Happening(changed.changed_on, phrase("story.changed", number=changed.document_number), changed.checked_by)


def _violated(session: Session, loan_id: int, on: date) -> Iterator[Happening]:
    for row in _of(session, ViolationRow, loan_id, ViolationRow.found_on, on):
        about, breach = f"violation:{row.id}", phrase(f"breach.{row.breach}")
        told = phrase("story.found", breach=breach, amount=from_tiyn(row.amount), rule=row.rule, by=row.mend_by)
        yield Happening(row.found_on, told, row.found_by, about)
        for demanded in session.scalars(select(DemandRow).where(DemandRow.violation_id == row.id)):
            if demanded.made_on <= on:
                fine, principal = from_tiyn(demanded.fine), from_tiyn(demanded.principal)
                told = phrase("story.demanded", fine=fine, principal=principal, by=demanded.pay_by)
                yield Happening(demanded.made_on, told, demanded.made_by, about)
            taken_back = session.get(DemandWithdrawalRow, demanded.id)
            if taken_back and taken_back.withdrawn_on <= on:
                told = phrase("story.demand-withdrawn", reason=taken_back.reason)
                yield Happening(taken_back.withdrawn_on, told, taken_back.confirmed_by, about)
        proposals = select(ViolationProposalRow).where(ViolationProposalRow.violation_id == row.id)
        for made in session.scalars(proposals):
            if made.proposed_on <= on:
                how = phrase(f"resolution.{made.resolution}")
                yield Happening(
                    made.proposed_on, phrase("story.proposed", how=how, reason=made.reason), made.proposed_by, about
                )
        closed = session.get(ViolationClosingRow, row.id)
        if closed and closed.closed_on <= on:
            yield Happening(closed.closed_on, phrase("story.closed"), closed.closed_by, about)
