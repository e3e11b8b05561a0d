"""Acts on applications: taking one in with its papers, moving it step by step, to the contract and the money.

Which step may follow, what it asks for and what the rules say of it then is decided in `lending.applications`. An
approval and a payment take a second person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Measure, Prose, Tenge, always
from api.acts.loan_facts import LoanFacts, facts_of
from api.acts.new_loans import money_promised, of_agreement, own_agreements
from lending.applications.applications import advance, attach, case, submit
from lending.applications.clauses import PROVISIONS
from lending.applications.contracts import contract, pay_out
from lending.applications.states import Act as Step
from lending.applications.values import Case, Deed, Document, Filing, Signing

Kind = Literal[
    "application-form", "identity", "tax-registration", "certificate", "referral-request", "referral", "petition",
    "business-plan", "land", "collateral", "other",
]  # fmt: skip
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SubmitAsked(LoanFacts):
    """An application for a microcredit, as handed in."""

    number: Line
    channel: Literal["own", "petition", "referral"] = "own"
    applied_on: date
    paper_number: Line | None = None
    paper_on: date | None = None


class AttachAsked(Asked):
    """A paper of an application; ``sha256`` of its scan, where there is one."""

    application_id: Id
    paper_kind: Kind
    paper_number: Line
    paper_on: date
    sha256: Digest | None = None


class StepAsked(Asked):
    """A step of an application on a day, with a note."""

    application_id: Id
    on: date
    why: Prose | None = None


class ReasonedAsked(StepAsked):
    """A step that has to say why."""

    why: Prose


class AmendAsked(ReasonedAsked):
    """Terms of an application that are changed; what is left empty stays."""

    amount: Tenge | None = None
    months: Annotated[int, Field(gt=0, le=600)] | None = None
    principal_grace_months: Annotated[int, Field(ge=0, le=600)] | None = None
    interest_grace_months: Annotated[int, Field(ge=0, le=600)] | None = None
    jobs_promised: Annotated[int, Field(ge=0, le=10_000)] | None = None


class OpinionAsked(ReasonedAsked):
    """What the lender's officer concludes on an application."""

    opinion: Literal["positive", "negative"]


class SignAsked(Asked):
    """The contract of an approved application, and which of the programme's clauses it has."""

    application_id: Id
    number: Line
    signed_on: date
    disburse_on: date
    first_due_on: date | None = None
    clause_jobs: bool = False
    clause_target_use: bool = False
    clause_no_fees: bool = False
    clause_business_use: bool = False
    clause_fine_and_return: bool = False
    clause_unused_returned: bool = False


class PayOutAsked(Asked):
    """The whole loan of a contracted application, paid out."""

    application_id: Id
    on: date


def of_application(session: Session, asked: Any, _actor: Actor) -> Concern:
    """The application that is asked about, and its lender.

    Raises:
        NotFound: there is none in sight.
    """
    found = case(session, asked.application_id)
    return Concern(found.lender_id, f"application:{found.id}")


def _told(of: Case) -> dict[str, Any]:
    """An application after a step, as a result."""
    told: dict[str, Any] = {"application_id": of.id, "state": of.state, "findings": list(of.steps[-1].findings)}
    return told | ({"loan_id": of.loan_id} if of.loan_id else {})


def _submit(session: Session, doing: Doing, asked: SubmitAsked) -> Mapping[str, Any]:
    papers = []
    if asked.channel != "own" and asked.paper_number and asked.paper_on:
        papers.append(Document(kind=asked.channel, number=asked.paper_number, dated=asked.paper_on))
    filing = Filing(
        facility_id=asked.facility_id, number=asked.number, channel=asked.channel, borrower_name=asked.borrower_name,
        applied_on=asked.applied_on, facts=facts_of(asked.model_dump(mode="json")), documents=tuple(papers),
    )  # fmt: skip
    return _told(submit(session, filing, by=doing.actor.signature))


def _attach(session: Session, _doing: Doing, asked: AttachAsked) -> Mapping[str, Any]:
    digest = bytes.fromhex(asked.sha256) if asked.sha256 else None
    paper = Document(kind=asked.paper_kind, number=asked.paper_number, dated=asked.paper_on, sha256=digest)
    attach(session, asked.application_id, [paper])
    return {"application_id": asked.application_id}


def _step(
    session: Session, doing: Doing, asked: StepAsked, act: Step, changes: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    deed = Deed(act=act, on=asked.on, by=doing.actor.signature, why=asked.why or "", changes=changes or {})
    return _told(advance(session, asked.application_id, deed))


def _amend(session: Session, doing: Doing, asked: AmendAsked) -> Mapping[str, Any]:
    changes = asked.model_dump(mode="json", exclude_none=True, exclude={"application_id", "on", "why"})
    return _step(session, doing, asked, "amend", changes)


def _conclude(session: Session, doing: Doing, asked: OpinionAsked) -> Mapping[str, Any]:
    act: Step = "conclude-positive" if asked.opinion == "positive" else "conclude-negative"
    return _step(session, doing, asked, act)


def _contract(session: Session, doing: Doing, asked: SignAsked) -> Mapping[str, Any]:
    clauses = tuple(code for code in PROVISIONS if getattr(asked, f"clause_{code.replace('-', '_')}"))
    signing = Signing(
        number=asked.number, signed_on=asked.signed_on, disburse_on=asked.disburse_on, clauses=clauses,
        by=doing.actor.signature, first_due_on=asked.first_due_on,
    )  # fmt: skip
    return _told(contract(session, asked.application_id, signing))


def _pay_out(session: Session, doing: Doing, asked: PayOutAsked) -> Mapping[str, Any]:
    return _told(pay_out(session, asked.application_id, asked.on, by=doing.actor.signature))


def _money(session: Session, asked: Any) -> Sequence[Measure]:
    """What the agreement of the application has to lend, and what of it is promised."""
    on = asked.signed_on if isinstance(asked, SignAsked) else asked.on
    return money_promised(session, case(session, asked.application_id).facility_id, on)


def _plain(name: str, asks: type[StepAsked], step: Step, **more: Any) -> Act[Any]:
    """An act that is one step and nothing else."""
    return Act(
        name=f"applications.{name}", asks=asks, path=f"/applications/{{application_id}}/{name}",
        concerns=of_application, work=lambda session, doing, asked: _step(session, doing, asked, step), **more,
    )  # fmt: skip


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="applications.submit", asks=SubmitAsked, path="/applications", concerns=of_agreement, work=_submit,
        options={"facility_id": own_agreements},
    ),
    Act(
        name="applications.attach", asks=AttachAsked, path="/applications/{application_id}/papers",
        concerns=of_application, work=_attach,
    ),
    _plain("take-up", StepAsked, "take-up"),
    Act(
        name="applications.amend", asks=AmendAsked, path="/applications/{application_id}/amendments",
        concerns=of_application, work=_amend,
    ),
    Act(
        name="applications.conclude", asks=OpinionAsked, path="/applications/{application_id}/opinion",
        concerns=of_application, work=_conclude,
    ),
    _plain("approve", StepAsked, "approve", second=always, measures=_money),
    _plain("refuse", ReasonedAsked, "refuse", second=always),
    _plain("withdraw", StepAsked, "withdraw"),
    Act(
        name="applications.contract", asks=SignAsked, path="/applications/{application_id}/contract",
        concerns=of_application, work=_contract, measures=_money,
    ),
    Act(
        name="applications.pay-out", asks=PayOutAsked, path="/applications/{application_id}/payment",
        concerns=of_application, work=_pay_out, second=always, measures=_money,
    ),
)  # fmt: skip
