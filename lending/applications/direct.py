"""Loans recorded without an application: the borrower stands before the lender, and the contract is signed at once.

The rules judge the facts as they judge those of an application on the day of its contract, with the agreement held,
and what blocks stops the contract; the duty to start-ups is kept the same way. Nothing but the loan is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from lending.applications.applications import completed
from lending.applications.contracts import contract_of
from lending.applications.guards import Question, pass_guards
from lending.applications.shares import lock_agreements
from lending.applications.states import Move
from lending.applications.values import Case, Deed, Filing, Signing, Strictness
from lending.chain.facilities import facility
from lending.microcredits.loans import conclude
from lending.programmes.application import Application, application_from_json
from lending.programmes.findings import Finding

#: What a contract concluded at once is asked for: what an approval and a contract are, but for papers it has none of.
AT_ONCE = Move("contract", (None,), "contracted", ("certificate", "facts", "rules", "start-ups"))


@dataclass(frozen=True, slots=True)
class Recorded:
    """A loan as recorded, and what the rules point out but do not forbid."""

    loan_id: int
    findings: tuple[Finding, ...]


def record_loan(
    session: Session, filing: Filing, signing: Signing, *, start_ups: Strictness = "block"
) -> Recorded:  # fmt: skip
    """Conclude the contract that a filing and its signing tell of.

    Raises:
        BadApplication: a fact is impossible. FactsMissing. CertificateOtherwise. RuleForbids: with every finding that
        blocks. NesieError: `lending.microcredits.loans.conclude` refuses the contract.
    """
    agreement = facility(session, filing.facility_id)
    lock_agreements(session, [agreement.id])
    told = application(session, filing, signing)
    case = Case(
        id=0, lender_id=agreement.borrower_id, facility_id=agreement.id, number=signing.number, channel=filing.channel,
        borrower_id_number=str(told.borrower.id_number or ""), borrower_name=filing.borrower_name,
        applied_on=filing.applied_on, steps=(),
    )  # fmt: skip
    deed = Deed(act="contract", on=signing.signed_on, by=signing.by, clauses=signing.clauses)
    question = Question(session, case, deed, told, filing.documents, start_ups)
    found = pass_guards(AT_ONCE, question)
    signed = contract_of(case, told, signing, start_up=question.start_up)
    details = {name: value for name, value in signed.details.items() if name != "application"}
    [loan_id] = conclude(session, [replace(signed, details=details)])
    return Recorded(loan_id, tuple(found))


def application(session: Session, filing: Filing, signing: Signing) -> Application:
    """The facts that a loan to be recorded at once is judged by.

    Raises:
        NotFound: there is no such agreement. BadApplication: a fact is impossible.
    """
    facts = completed(session, facility(session, filing.facility_id), filing)
    return application_from_json({**facts, "contract_date": signing.signed_on.isoformat()})
