"""Applications: handed in, looked at, concluded on, decided, and kept with the reasons.

Every step is a row that says who did it, when and why, how the application stands after it, and what the rules said
of it then; nothing is overwritten. Which step may follow is told by `lending.applications.states`, what it asks for
by its guards. A contract and the money are the business of `lending.applications.contracts`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.locks import lock
from ledger.organisations import organisation
from lending.applications.guards import Question, pass_guards
from lending.applications.participants import certified
from lending.applications.refusals import ApplicationTaken, FactsFixed, FactsMissing, StepTooEarly
from lending.applications.shares import lock_agreements
from lending.applications.states import Act, State, move
from lending.applications.tables import ApplicationDocumentRow, ApplicationRow, ApplicationStepRow
from lending.applications.values import Case, Channel, Deed, Document, DocumentKind, Filing, Step, Strictness
from lending.chain.facilities import Facility, facility
from lending.programmes.application import application_from_json
from lending.programmes.findings import Finding

#: Facts that the filing settles for good.
FIXED = ("edition", "applied_on", "lender", "contract_date", "borrower")
OPERATORS = ("acc", "damu")


def submit(session: Session, filing: Filing, *, by: str) -> Case:
    """Take in an application with its papers.

    Raises:
        BadApplication: a fact is impossible. FactsMissing: whose it is. ApplicationTaken: the number is used.
        PaperMissing, CertificateOtherwise: a guard of the move.
    """
    agreement = facility(session, filing.facility_id)
    lock(session, "application", [-agreement.borrower_id])
    facts = completed(session, agreement, filing)
    borrower = (facts.get("borrower") or {}).get("id_number")
    if borrower is None:
        raise FactsMissing(number=filing.number, fields="borrower.id_number")
    row = ApplicationRow(
        lender_id=agreement.borrower_id, facility_id=agreement.id, number=filing.number, channel=filing.channel,
        borrower_id_number=borrower, borrower_name=filing.borrower_name, applied_on=filing.applied_on,
    )  # fmt: skip
    if session.scalar(select(ApplicationRow.id).filter_by(lender_id=row.lender_id, number=row.number)) is not None:
        raise ApplicationTaken(number=filing.number)
    session.add(row)
    session.flush()
    attach(session, row.id, filing.documents)
    begun, deed = _case(row, ()), Deed(act="submit", on=filing.applied_on, by=by, changes=facts)
    return write(session, begun, deed, judge(session, begun, deed, "block"))


def completed(session: Session, agreement: Facility, filing: Filing) -> dict[str, Any]:
    """The facts of a filing with what the agreement, the papers and the chamber's register tell."""
    lender, funder = organisation(session, agreement.borrower_id), organisation(session, agreement.lender_id)
    facts = dict(filing.facts) | {
        "edition": agreement.edition,
        "applied_on": filing.applied_on.isoformat(),
        "contract_date": None,
        "lender": lender_facts(lender.kind, lender.code, funder.code),
    }
    referral = next((each for each in filing.documents if each.kind == "referral"), None)
    if referral is not None and facts.get("referral") is None:
        facts["referral"] = {"number": referral.number, "issued_on": referral.dated.isoformat()}
    number = (facts.get("borrower") or {}).get("id_number")
    trained = certified(session, number, filing.applied_on) if number and facts.get("certificate") is None else None
    if trained is not None:
        facts["certificate"] = {
            "kind": trained.certificate_kind, "number": trained.certificate_number,
            "issued_on": str(trained.certificate_on),
        }  # fmt: skip
    return facts


def lender_facts(kind: str, code: str, funder: str) -> dict[str, str | None]:
    """What the rules want to know of a lender: its type and the operator whose money it is."""
    kind = code.lower() if kind == "operator" else kind
    known = ("mfo", "credit-partnership", "bank", "ffsa", *OPERATORS)
    return {
        "type": kind if kind in known else None,
        "funded_by": funder.lower() if funder.lower() in OPERATORS else None,
    }


def advance(session: Session, application_id: int, deed: Deed, *, start_ups: Strictness = "block") -> Case:
    """Do an act that moves no money: take up, amend, conclude, approve, refuse or withdraw.

    An approval holds the agreement until the transaction ends, and is stopped by what blocks; a refusal keeps what
    blocks as its reasons, beside the words. Only an amendment changes facts.

    Raises:
        IllegalStep: the state does not allow it. StepTooEarly. RuleForbids: with every finding that blocks.
        FactsMissing, ReasonMissing, CertificateOtherwise: a guard of the move. FactsFixed.
    """
    assert deed.act not in ("submit", "contract", "disburse"), deed.act
    found = held(session, application_id)
    fixed = [name for name in deed.changes if deed.act != "amend" or name in FIXED]
    if fixed:
        raise FactsFixed(number=found.number, fields=", ".join(fixed))
    return write(session, found, deed, judge(session, found, deed, start_ups))


def held(session: Session, application_id: int) -> Case:
    """The application, read once it and the agreements its money comes through are held.

    Raises:
        NotFound: there is none.
    """
    lock(session, "application", [application_id])
    found = case(session, application_id)
    lock_agreements(session, [found.facility_id])
    return found


def judge(session: Session, of: Case, deed: Deed, start_ups: Strictness) -> list[Finding]:
    """What the guards of an act find, the contract being judged as if concluded on the day of the deed.

    Raises:
        NesieError: the state or a guard does not allow it, or the deed comes before the step it follows.
    """
    step = move(of.number, of.state, deed.act)
    latest = of.steps[-1].on if of.steps else of.applied_on
    if deed.on < latest:
        raise StepTooEarly(number=of.number, act=deed.act, expected=str(latest), found=str(deed.on))
    facts = {**of.facts, **deed.changes, "contract_date": deed.on.isoformat()}
    papers = documents(session, of.id)
    return pass_guards(step, Question(session, of, deed, application_from_json(facts), papers, start_ups))


def write(
    session: Session, of: Case, deed: Deed, findings: Sequence[Finding], loan_id: int | None = None
) -> Case:  # fmt: skip
    """Record a step that `judge` has let pass; the application as it stands then."""
    state = move(of.number, of.state, deed.act).target or of.state
    row = ApplicationStepRow(
        application_id=of.id, number=len(of.steps) + 1, act=deed.act, state=state, done_on=deed.on, done_by=deed.by,
        why=deed.why, facts={**of.facts, **deed.changes}, findings=[each.as_json() for each in findings],
        clauses=list(deed.clauses), loan_id=loan_id or of.loan_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return replace(of, steps=(*of.steps, _step(row)))


def attach(session: Session, application_id: int, papers: Sequence[Document]) -> None:
    """Add papers to an application; one that is there already is left as it is."""
    rows = [
        {
            "application_id": application_id, "kind": each.kind, "number": each.number, "dated": each.dated,
            "sha256": each.sha256,
        }
        for each in papers
    ]  # fmt: skip
    if rows:
        session.execute(insert(ApplicationDocumentRow).on_conflict_do_nothing(), rows)


def documents(session: Session, application_id: int) -> list[Document]:
    """The papers of an application, in the order they came."""
    query = select(ApplicationDocumentRow).filter_by(application_id=application_id).order_by(ApplicationDocumentRow.id)
    return [
        Document(kind=cast("DocumentKind", row.kind), number=row.number, dated=row.dated, sha256=row.sha256)
        for row in session.scalars(query)
    ]


def case(session: Session, application_id: int) -> Case:
    """The application of this id.

    Raises:
        NotFound: there is none.
    """
    found = cases(session, [application_id])
    if not found:
        raise NotFound(what="application", name=str(application_id))
    return found[0]


def cases(session: Session, application_ids: Collection[int] | None = None, lender_id: int | None = None) -> list[Case]:
    """Applications by id, or all; of one lender, where it is named."""
    query = select(ApplicationRow).order_by(ApplicationRow.id)
    if application_ids is not None:
        query = query.where(ApplicationRow.id.in_(application_ids))
    if lender_id is not None:
        query = query.where(ApplicationRow.lender_id == lender_id)
    rows = session.scalars(query).all()
    steps: dict[int, list[Step]] = {row.id: [] for row in rows}
    taken = select(ApplicationStepRow).where(ApplicationStepRow.application_id.in_(steps))
    for row in session.scalars(taken.order_by(ApplicationStepRow.application_id, ApplicationStepRow.number)):
        steps[row.application_id].append(_step(row))
    return [_case(row, steps[row.id]) for row in rows]


def _case(row: ApplicationRow, steps: Sequence[Step]) -> Case:
    return Case(
        id=row.id, lender_id=row.lender_id, facility_id=row.facility_id, number=row.number,
        channel=cast("Channel", row.channel), borrower_id_number=row.borrower_id_number,
        borrower_name=row.borrower_name, applied_on=row.applied_on, steps=tuple(steps),
    )  # fmt: skip


def _step(row: ApplicationStepRow) -> Step:
    return Step(
        number=row.number, act=cast("Act", row.act), state=cast("State", row.state), on=row.done_on, by=row.done_by,
        why=row.why, facts=row.facts, findings=tuple(row.findings), clauses=tuple(row.clauses), loan_id=row.loan_id,
    )  # fmt: skip
