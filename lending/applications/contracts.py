"""From an approved application to a contract, and from the contract to the money.

The rules are asked again on the day of signing, with the agreement held, so that nothing approved earlier, or by
somebody else at the same moment, takes a limit twice. The loan is concluded and paid out by the services of
`lending.microcredits`; its schedule and its sheet are those of any loan, printed by the loan statement.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lending.applications.applications import held, judge, write
from lending.applications.guards import Question
from lending.applications.refusals import FactsMissing
from lending.applications.values import Case, Deed, Signing, Strictness
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude, loan
from lending.microcredits.values import Borrower, Contract, Disbursal
from lending.programmes.application import Application, Certificate, Guarantee, Referral, application_from_json


def contract(session: Session, application_id: int, signing: Signing, *, start_ups: Strictness = "block") -> Case:
    """Conclude the contract of an approved application; its loan is `Case.loan_id`.

    Raises:
        IllegalStep, StepTooEarly. ClausesMissing. RuleForbids: something blocks on the day of signing.
        NesieError: `lending.microcredits.loans.conclude` refuses the contract.
    """
    of = held(session, application_id)
    deed = Deed(act="contract", on=signing.signed_on, by=signing.by, clauses=signing.clauses)
    found = judge(session, of, deed, start_ups)
    application = application_from_json({**of.facts, "contract_date": signing.signed_on.isoformat()})
    start_up = Question(session, of, deed, application, (), start_ups).start_up
    [loan_id] = conclude(session, [contract_of(of, application, signing, start_up=start_up)])
    return write(session, of, deed, found, loan_id)


def pay_out(
    session: Session, application_id: int, on: date, *, by: str, start_ups: Strictness = "block"
) -> Case:  # fmt: skip
    """Pay out the whole loan of a contracted application.

    Raises:
        IllegalStep, StepTooEarly. RuleForbids: the money would be first-turn money that is owed to start-ups.
        NesieError: `lending.microcredits.disbursements.disburse` refuses it.
    """
    of = held(session, application_id)
    deed = Deed(act="disburse", on=on, by=by)
    found = judge(session, of, deed, start_ups)
    assert of.loan_id is not None, "contracted without a loan"
    disburse(session, [Disbursal(of.loan_id, loan(session, of.loan_id).contract.amount, on)])
    return write(session, of, deed, found)


def contract_of(of: Case, application: Application, signing: Signing, *, start_up: bool) -> Contract:
    """The contract that an application, whose facts are all there, becomes."""
    every, months = application.every_months or 1, application.months or 0
    graces = (application.principal_grace_months or 0, application.interest_grace_months or 0)
    if any(each % every for each in (months, *graces)):
        raise FactsMissing(number=of.number, fields="months, graces: whole instalments")
    number, kind, place = application.borrower.id_number, application.borrower.kind, application.territory
    amount, rate = application.amount, application.annual_rate
    assert number, "approved without facts"
    assert kind
    assert place.type
    assert amount
    assert rate is not None
    assert application.method
    assert application.day_count
    assert application.purpose
    assert application.sector
    return Contract(
        lender_id=of.lender_id, facility_id=of.facility_id,
        borrower=Borrower(
            id_number=number, kind=kind, name=of.borrower_name, registered_on=application.borrower.registered_on
        ),
        number=signing.number, signed_on=signing.signed_on, disburse_on=signing.disburse_on, amount=amount,
        annual_rate=rate, instalments=months // every, every_months=every, method=application.method,
        day_count=application.day_count, principal_grace=graces[0] // every, interest_grace=graces[1] // every,
        first_due_on=signing.first_due_on, purpose=application.purpose, sector=application.sector,
        territory_type=place.type, kato=place.kato, oked=application.oked, start_up=start_up,
        details=_details(of, application, signing), line=signing.line,
    )  # fmt: skip


def _details(of: Case, application: Application, signing: Signing) -> dict[str, Any]:
    """What is kept with the contract but not computed with."""
    told: dict[str, Any] = {"application": of.number, "clauses": list(signing.clauses)}
    told |= {"jobs_promised": application.jobs_promised}
    if isinstance(application.certificate, Certificate):
        shown = application.certificate
        told |= {
            "certificate_kind": shown.kind, "certificate_number": shown.number, "certificate_on": _text(shown.issued_on)
        }  # fmt: skip
    if isinstance(application.referral, Referral):
        told |= {
            "referral_number": application.referral.number, "referral_on": _text(application.referral.issued_on)
        }  # fmt: skip
    if isinstance(application.guarantee, Guarantee):
        told |= {"guarantee_share": _text(application.guarantee.share)}
    return {name: value for name, value in told.items() if value is not None}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
