"""What each guard of a move asks for; `lending.applications.states` says which moves have which.

A guard looks at the case and the deed about to be done, raises when the deed cannot be done, and returns what the
rules of the programme find. Findings that block are gathered from all guards of the move, so that a refusal tells
everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.money import to_tiyn
from lending.amortisation import schedules
from lending.applications import clauses, participants, promises
from lending.applications.refusals import (
    CertificateOtherwise,
    ClausesMissing,
    FactsMissing,
    PaperMissing,
    ReasonMissing,
    RuleForbids,
)
from lending.applications.shares import quota
from lending.applications.states import Guard, Move
from lending.applications.values import Case, Deed, Document, Strictness
from lending.chain.facilities import facility
from lending.chain.plans import instalments, lag
from lending.programmes.application import Application, Certificate
from lending.programmes.checking import check
from lending.programmes.editions import Edition, edition
from lending.programmes.facts import Facts, facts_of, request_of
from lending.programmes.findings import Finding

#: Facts without which there is no contract, by the names of `lending.programmes.facts`.
CONTRACT_FACTS = (
    "amount", "annual_rate", "months", "every_months", "method", "day_count", "principal_grace_months",
    "interest_grace_months", "purpose", "sector", "territory", "id_number",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A deed about to be done on a case: the application as it would be judged, its facts, edition and papers."""

    session: Session
    case: Case
    deed: Deed
    application: Application
    documents: Sequence[Document]
    start_ups: Strictness

    @property
    def law(self) -> Edition:
        """The edition of the agreement, under which the loan would stay for life."""
        return edition(self.application.edition or "")

    @property
    def known(self) -> Facts:
        """What follows from the application under its edition."""
        return facts_of([(self.application, self.law)])[0]

    @property
    def start_up(self) -> bool:
        """Whether the business was a start-up on the day of applying; one of unknown age is not counted as one."""
        return bool(self.known["age_class"] == "start-up")


def pass_guards(move: Move, question: Question) -> list[Finding]:
    """What the guards of a move find.

    Raises:
        RuleForbids: some of it blocks a move that is stopped by that. NesieError: a guard does not let the deed pass.
    """
    found = [finding for guard in move.guards for finding in GUARDS[guard](question)]
    blocking = [each for each in found if each.severity == "blocks"]
    if blocking and move.stopped:
        rules = " ".join(f"{each.rule} ({each.clause}): {each.message('en')}" for each in blocking)
        raise RuleForbids(number=question.case.number, rules=rules, findings=tuple(blocking))
    return found


def _papers(question: Question) -> Sequence[Finding]:
    channel = question.case.channel
    if channel != "own" and all(each.kind != channel for each in question.documents):
        raise PaperMissing(number=question.case.number, channel=channel)
    return ()


def _certificate(question: Question) -> Sequence[Finding]:
    shown = question.application.certificate
    if not isinstance(shown, Certificate) or shown.number is None:
        return ()
    registered = participants.certificate(question.session, shown.number)
    if registered is None:
        return ()
    told = (registered.iin, registered.certificate_kind, registered.certificate_on)
    found = (
        question.case.borrower_id_number,
        shown.kind or registered.certificate_kind,
        shown.issued_on or registered.certificate_on,
    )
    if told != found:
        raise CertificateOtherwise(
            number=question.case.number, certificate=shown.number, registered=", ".join(map(str, told)),
            found=", ".join(map(str, found)),
        )  # fmt: skip
    return ()


def _rules(question: Question) -> Sequence[Finding]:
    return check(question.application).findings


def _start_ups(question: Question) -> Sequence[Finding]:
    amount = question.application.amount
    if amount is None or question.start_up:
        return ()
    facility_id, on = question.case.facility_id, question.deed.on
    left = quota(question.session, [facility_id])
    own = promises.Promise(facility_id, to_tiyn(amount), start_up=False)
    signed = [] if question.case.loan_id is None else [question.case.loan_id]
    before = promises.promised(
        question.session, [facility_id], but_application=question.case.id, but_loans=signed, everyone=left.everyone
    )  # fmt: skip
    for each in promises.first_turn(question.session, before, on):
        left.promise(each.facility_id, each.tiyn)
    severity = promises.SEVERITY[question.start_ups]
    asked = promises.first_turn(question.session, [*before, own], on)[-1]
    finding = left.take(facility_id, asked.tiyn, severity)
    return () if finding is None else (finding,)


def _reason(question: Question) -> Sequence[Finding]:
    if not question.deed.why.strip():
        raise ReasonMissing(number=question.case.number, act=question.deed.act)
    return ()


def _facts(question: Question) -> Sequence[Finding]:
    lacking = question.known.lacking(CONTRACT_FACTS)
    if question.application.borrower.kind is None:
        lacking = (*lacking, "borrower.kind")
    if lacking:
        raise FactsMissing(number=question.case.number, fields=", ".join(lacking))
    return ()


def _clauses(question: Question) -> Sequence[Finding]:
    left_out = clauses.missing(question.known, question.law, question.deed.clauses)
    if left_out:
        named = "; ".join(f"{each.code} ({each.rule}: {each.clause})" for each in left_out)
        raise ClausesMissing(number=question.case.number, clauses=named)
    return ()


def _agreement(question: Question) -> Sequence[Finding]:
    """What falls due later than the agreement's own principal is pointed out: one loan does not make a lender late."""
    request = request_of(question.application)
    if request is None:
        return ()
    [plan] = schedules([request])
    above = facility(question.session, question.case.facility_id)
    behind = lag(zip(plan.due_on, plan.principal, strict=True), instalments(above), request.terms.disbursed_on)
    if behind is None:
        return ()
    clause = "docs/decisions/0108-grace-and-repayment.md: due below before it is due above"
    told = {"agreement": above.number, "on": behind.on}
    return (Finding("A-24", "warns", "behind-agreement", clause, behind.above, behind.below, told),)


GUARDS: Mapping[Guard, Callable[[Question], Sequence[Finding]]] = {
    "papers": _papers,
    "certificate": _certificate,
    "rules": _rules,
    "start-ups": _start_ups,
    "reason": _reason,
    "facts": _facts,
    "clauses": _clauses,
    "agreement": _agreement,
}
