"""Acts about what else a loan promised: people employed, and land or housing that became business property.

Labour contracts and the papers beside them are recorded by whoever watches the loan; a change of use by its lender.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Measure
from api.acts.lending import of_loan
from api.acts.watching import digest_of, of_watched, row, watched
from ledger.identifiers import IdNumber
from lending.oversight import labour_contracts
from lending.oversight.change_of_use import ChangeOfUse, record_change
from lending.oversight.jobs import job_statuses
from lending.oversight.tables import JobContractRow


class ChangeAsked(Asked):
    """The document by which a plot or dwelling became business property."""

    loan_id: Id
    cadastral_number: Line
    on: date
    document_kind: Line
    document_number: Line


class EmployAsked(Asked):
    """A person employed in one of the jobs that a loan was to create."""

    loan_id: Id
    job: Annotated[int, Field(ge=1, le=10_000)]
    person: Line
    contract_number: Line
    concluded_on: date
    starts_on: date
    on: date
    seasonal: bool = False
    evidence_id: Id | None = None


class EndAsked(Asked):
    """A labour contract was in force for the last time on a day."""

    contract_id: Id
    last_day: date
    on: date


class ProveAsked(Asked):
    """A paper beside a labour contract; a month for contributions and only for them."""

    contract_id: Id
    evidence_kind: Literal["referral", "contributions", "tax-data"]
    document_number: Line
    on: date
    month: date | None = None


def _of_contract(session: Session, asked: Any, actor: Actor) -> Concern:
    return watched(session, row(session, JobContractRow, "labour contract", asked.contract_id).loan_id, actor)


def _change(session: Session, doing: Doing, asked: ChangeAsked) -> Mapping[str, Any]:
    record_change(session, ChangeOfUse(
        loan_id=asked.loan_id, cadastral_number=asked.cadastral_number, changed_on=asked.on,
        document_kind=asked.document_kind, document_number=asked.document_number, checked_by=doing.actor.signature,
    ))  # fmt: skip
    return {"case_id": asked.loan_id}


def _employ(session: Session, doing: Doing, asked: EmployAsked) -> Mapping[str, Any]:
    [contract_id] = labour_contracts.employ(session, [labour_contracts.LabourContract(
        loan_id=asked.loan_id, job=asked.job, person=IdNumber.parse(asked.person), number=asked.contract_number,
        concluded_on=asked.concluded_on, starts_on=asked.starts_on, proved_on=asked.on,
        checked_by=doing.actor.signature, seasonal=asked.seasonal,
        sha256=digest_of(session, asked.loan_id, asked.evidence_id),
    )])  # fmt: skip
    return {"case_id": asked.loan_id, "contract": contract_id}


def _end(session: Session, doing: Doing, asked: EndAsked) -> Mapping[str, Any]:
    labour_contracts.end(session, asked.contract_id, asked.last_day, told_on=asked.on, by=doing.actor.signature)
    return {"case_id": row(session, JobContractRow, "labour contract", asked.contract_id).loan_id}


def _prove(session: Session, doing: Doing, asked: ProveAsked) -> Mapping[str, Any]:
    labour_contracts.prove(session, [labour_contracts.Evidence(
        contract_id=asked.contract_id, kind=asked.evidence_kind, number=asked.document_number, proved_on=asked.on,
        checked_by=doing.actor.signature, month=asked.month,
    )])  # fmt: skip
    return {"case_id": row(session, JobContractRow, "labour contract", asked.contract_id).loan_id}


def _jobs(session: Session, asked: EmployAsked) -> Sequence[Measure]:
    found = job_statuses(session, asked.on, loan_ids=[asked.loan_id])
    return [Measure("jobs-proved", each.proved, "integer") for each in found]


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="jobs.employ", asks=EmployAsked, path="/loans/{loan_id}/labour-contracts", concerns=of_watched,
        work=_employ, measures=_jobs,
    ),
    Act(name="jobs.end", asks=EndAsked, path="/labour-contracts/{contract_id}/end", concerns=_of_contract, work=_end),
    Act(
        name="jobs.prove", asks=ProveAsked, path="/labour-contracts/{contract_id}/evidence", concerns=_of_contract,
        work=_prove,
    ),
    Act(
        name="loans.change-use", asks=ChangeAsked, path="/loans/{loan_id}/change-of-use", concerns=of_loan,
        work=_change,
    ),
)  # fmt: skip
