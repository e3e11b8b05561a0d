"""Acts of oversight: asking, finding violations, agreeing what follows from them, demanding it, and closing them.

Questions and findings are recorded by whoever watches the loan: its lender, or an organisation whose money it was
lent from. What was agreed and what is demanded is the lender's, whose books it moves. Only the akimat closes a
violation, and the domain sees to it that another person proposed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import model_validator
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Fraction, Id, Line, Measure, Prose, Tenge, always, money
from api.acts.lending import of_loan
from api.acts.watching import digest_of, of_watched, row, two_people, watched
from lending.microcredits.loans import loan
from lending.microcredits.positions import positions
from lending.oversight import demands, explanations, violations
from lending.oversight.tables import ExplanationRequestRow, ViolationProposalRow, ViolationRow
from lending.oversight.values import BreachTerms

Breach = Literal["target-use", "jobs", "change-of-use", "other"]


class AskAsked(Asked):
    """The borrower is asked to explain, and answers by a day."""

    loan_id: Id
    about: Breach
    on: date
    answer_by: date


class AnswerAsked(Asked):
    """What the borrower answered, and whether it satisfies."""

    question_id: Id
    on: date
    document_number: Line
    satisfied: bool = False
    evidence_id: Id | None = None


class FindAsked(Asked):
    """A violation: the sum concerned, and the day to mend it by; rule and clause where the edition names none."""

    loan_id: Id
    breach: Breach
    amount: Tenge
    on: date
    mend_by: date
    rule: Line | None = None
    clause: Line | None = None


class ProposeAsked(Asked):
    """How a violation was resolved, as one person proposes."""

    violation_id: Id
    resolution: Literal["mended", "paid", "dismissed"]
    reason: Prose
    on: date


class WithdrawDemandAsked(Asked):
    """A demand made by mistake is taken back; the violation is open as if nothing had been demanded."""

    violation_id: Id
    on: date
    reason: Prose
    document_number: Line


class CloseAsked(Asked):
    """A violation closed as another person proposed."""

    proposal_id: Id
    on: date


class AgreeAsked(Asked):
    """What the agreement of a loan says of breaches: a fine as a sum or a share, the return of all of it."""

    loan_id: Id
    on: date
    document_number: Line
    fine: Tenge | None = None
    fine_share: Fraction | None = None
    full_return: bool = False

    @model_validator(mode="after")
    def _one_fine(self) -> AgreeAsked:
        if self.fine is not None and self.fine_share is not None:
            raise ValueError("expected a fine as a sum or as a share; found both")
        return self


class DemandAsked(Asked):
    """What follows from a violation is demanded of the borrower by a letter."""

    violation_id: Id
    on: date
    pay_by: date
    document_number: Line


def _of_request(session: Session, asked: AnswerAsked, actor: Actor) -> Concern:
    return watched(session, row(session, ExplanationRequestRow, "request", asked.question_id).loan_id, actor)


def _of_violation(session: Session, asked: Any, actor: Actor) -> Concern:
    return watched(session, row(session, ViolationRow, "violation", asked.violation_id).loan_id, actor)


def _of_proposal(session: Session, asked: CloseAsked, actor: Actor) -> Concern:
    proposal = row(session, ViolationProposalRow, "proposal", asked.proposal_id)
    return watched(session, row(session, ViolationRow, "violation", proposal.violation_id).loan_id, actor)


def _of_lender(session: Session, asked: Any, _actor: Actor) -> Concern:
    found = row(session, ViolationRow, "violation", asked.violation_id)
    return Concern(loan(session, found.loan_id).contract.lender_id, f"violation:{found.id}")


def _ask(session: Session, doing: Doing, asked: AskAsked) -> Mapping[str, Any]:
    question = explanations.Question(asked.loan_id, asked.about, asked.on, asked.answer_by, doing.actor.signature)
    [request_id] = explanations.ask(session, [question])
    return {"case_id": asked.loan_id, "request": request_id}


def _answer(session: Session, doing: Doing, asked: AnswerAsked) -> Mapping[str, Any]:
    loan_id = row(session, ExplanationRequestRow, "request", asked.question_id).loan_id
    explanations.answer(session, explanations.Answer(
        request_id=asked.question_id, answered_on=asked.on, document_number=asked.document_number,
        satisfied=asked.satisfied, judged_by=doing.actor.signature,
        sha256=digest_of(session, loan_id, asked.evidence_id),
    ))  # fmt: skip
    return {"case_id": loan_id}


def _find(session: Session, doing: Doing, asked: FindAsked) -> Mapping[str, Any]:
    [violation_id] = violations.find(session, [violations.Finding(
        loan_id=asked.loan_id, breach=asked.breach, amount=money(asked.amount), found_on=asked.on,
        mend_by=asked.mend_by, found_by=doing.actor.signature, rule=asked.rule or "", clause=asked.clause or "",
    )])  # fmt: skip
    return {"violation_id": violation_id, "case_id": asked.loan_id}


def _propose(session: Session, doing: Doing, asked: ProposeAsked) -> Mapping[str, Any]:
    proposal = violations.propose(
        session, asked.violation_id, asked.resolution, asked.reason, on=asked.on, by=doing.actor.signature
    )
    return {"violation_id": asked.violation_id, "proposal": proposal}


def _close(session: Session, doing: Doing, asked: CloseAsked) -> Mapping[str, Any]:
    violations.close(session, asked.proposal_id, on=asked.on, by=doing.actor.signature)
    proposal = row(session, ViolationProposalRow, "proposal", asked.proposal_id)
    return {"violation_id": proposal.violation_id}


def _agree(session: Session, _doing: Doing, asked: AgreeAsked) -> Mapping[str, Any]:
    demands.agree(session, BreachTerms(
        loan_id=asked.loan_id, agreed_on=asked.on, document_number=asked.document_number,
        fine=None if asked.fine is None else money(asked.fine), fine_share=asked.fine_share,
        full_return=asked.full_return,
    ))  # fmt: skip
    return {"case_id": asked.loan_id}


def _demand(session: Session, doing: Doing, asked: DemandAsked) -> Mapping[str, Any]:
    made = demands.demand(session, demands.Letter(
        violation_id=asked.violation_id, made_on=asked.on, pay_by=asked.pay_by,
        document_number=asked.document_number, made_by=doing.actor.signature,
    ))  # fmt: skip
    return {"violation_id": made.violation_id, "fine": made.fine, "principal": made.principal}


def _withdraw_demand(session: Session, doing: Doing, asked: WithdrawDemandAsked) -> Mapping[str, Any]:
    demands.withdraw(session, asked.violation_id, two_people(doing, asked.on, asked.reason, asked.document_number))
    return {"violation_id": asked.violation_id}


def _owed(session: Session, asked: Any) -> Sequence[Measure]:
    """What the borrower owes on the day of the demand: all principal, and fines."""
    loan_id = row(session, ViolationRow, "violation", asked.violation_id).loan_id
    at = positions(session, asked.on, loan_ids=[loan_id])
    if not len(at.loan_id):
        return ()
    return (Measure("principal-outstanding", int(at.principal[0])), Measure("penalty-owed", int(at.penalty[0])))


ACTS: tuple[Act[Any], ...] = (
    Act(name="explanations.ask", asks=AskAsked, path="/loans/{loan_id}/questions", concerns=of_watched, work=_ask),
    Act(
        name="explanations.answer", asks=AnswerAsked, path="/questions/{question_id}/answer", concerns=_of_request,
        work=_answer,
    ),
    Act(name="violations.find", asks=FindAsked, path="/loans/{loan_id}/violations", concerns=of_watched, work=_find),
    Act(
        name="violations.propose", asks=ProposeAsked, path="/violations/{violation_id}/proposals",
        concerns=_of_violation, work=_propose,
    ),
    Act(
        name="violations.close", asks=CloseAsked, path="/proposals/{proposal_id}/closing", concerns=_of_proposal,
        work=_close,
    ),
    Act(
        name="breach-terms.agree", asks=AgreeAsked, path="/loans/{loan_id}/breach-terms", concerns=of_loan,
        work=_agree, second=always,
    ),
    Act(
        name="violations.demand", asks=DemandAsked, path="/violations/{violation_id}/demand", concerns=_of_lender,
        work=_demand, second=always, measures=_owed,
    ),
    Act(
        name="violations.withdraw-demand", asks=WithdrawDemandAsked,
        path="/violations/{violation_id}/demand/withdrawal", concerns=_of_lender, work=_withdraw_demand, second=always,
        measures=_owed,
    ),
)  # fmt: skip
