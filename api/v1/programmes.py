"""What the programmes say, over the HTTP API: editions, judgements on applications, schedules of any terms.

Nothing here touches a database: the answers are those of ``nesie check`` and ``nesie schedule``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.acts.act import Asked, Fraction, Tenge
from api.http.asking import Spoken
from ledger.calendar import Convention
from ledger.money import Rounding
from lending.amortisation import schedules
from lending.amortisation.day_counts import DayCount
from lending.amortisation.interchange import plan_to_json, terms_from_json
from lending.amortisation.plans import Request as ScheduleRequest
from lending.amortisation.terms import AccruesTo, GraceTreatment, Method
from lending.programmes.application import Application
from lending.programmes.checking import check
from lending.programmes.editions import editions
from lending.programmes.findings import Finding
from reports.words import Lang

router = APIRouter(prefix="/api/v1", tags=["programmes"])

#: Months of half a century; instalments fall due at most monthly.
LONGEST = 600
Sum = Annotated[str, Field(pattern=r"^\d+\.\d{2}$", examples=["1250000.50"])]


class EditionTold(BaseModel):
    """An edition of a programme and the contracts it judges: those signed from one day to another, both included."""

    id: str
    name: dict[str, str]
    effective_from: date
    effective_to: date


class FindingTold(BaseModel):
    """What one rule says: its limit, what was found, the sentence and the clause; ``blocks`` forbids the contract."""

    model_config = ConfigDict(extra="forbid")

    rule: str
    severity: Literal["blocks", "warns", "notes"]
    limit: Any
    actual: Any
    message: str
    clause: str

    @classmethod
    def of(cls, finding: Finding, lang: Lang) -> FindingTold:
        """A finding in one language."""
        return cls(**finding.as_json(lang))


class JudgementTold(BaseModel):
    """What there is to say of an application, under which edition; ``blocked``: no contract as it stands."""

    edition: str | None
    blocked: bool
    findings: list[FindingTold]


class TrancheAsked(Asked):
    """A part of the principal, paid out on its own day."""

    on: date
    amount: Tenge


class TermsAsked(Asked):
    """Terms of a microcredit; what is left out is as ``nesie schedule`` takes it."""

    principal: Tenge
    annual_rate: Fraction
    disbursed_on: date
    instalments: Annotated[int, Field(gt=0, le=LONGEST)]
    first_due_on: date | None = None
    every_months: Annotated[int, Field(gt=0, le=12)] | None = None
    method: Method | None = None
    day_count: DayCount | None = None
    principal_grace: Annotated[int, Field(ge=0, le=LONGEST)] | None = None
    interest_grace: Annotated[int, Field(ge=0, le=LONGEST)] | None = None
    interest_grace_treatment: GraceTreatment | None = None
    rounding: Rounding | None = None
    business_days: Convention | None = None
    accrues_to: AccruesTo | None = None
    due_day: Annotated[int, Field(gt=0, le=31)] | None = None
    tranches: Annotated[list[TrancheAsked], Field(max_length=60)] | None = None
    custom_principal: Annotated[list[Tenge], Field(max_length=LONGEST)] | None = None
    fixed_principal: Tenge | None = None
    fixed_instalment: Tenge | None = None


class InstalmentTold(BaseModel):
    """One line of a schedule, in tenge; ``balance`` is the principal left after it."""

    n: int
    due_on: date
    days: int
    principal: Sum
    interest: Sum
    total: Sum
    balance: Sum


class ScheduleTold(BaseModel):
    """A schedule and its yearly effective rate as a fraction."""

    instalments: list[InstalmentTold]
    effective_rate: str


@router.get("/editions", operation_id="editions")
def all_editions() -> list[EditionTold]:
    """The editions of the programmes on file."""
    return [
        EditionTold(
            id=each.id, name=dict(each.name), effective_from=each.effective_from, effective_to=each.effective_to
        )
        for each in editions().values()
    ]


@router.post("/checks", operation_id="checks")
def judged(asked: Application, lang: Spoken) -> JudgementTold:
    """What the programmes say of an application; nothing is kept, and what is left out is told as not known."""
    judgement = check(asked)
    findings = [FindingTold.of(each, lang) for each in judgement.findings]
    return JudgementTold(edition=judgement.edition, blocked=judgement.blocked, findings=findings)


@router.post("/schedules", operation_id="schedules")
def scheduled(asked: TermsAsked) -> ScheduleTold:
    """The repayment schedule of any terms; nothing is kept."""
    (plan,) = schedules([ScheduleRequest(terms_from_json(asked.model_dump(mode="json", exclude_none=True)))])
    return ScheduleTold.model_validate(plan_to_json(plan))
