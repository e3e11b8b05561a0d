"""The facts of a microcredit that stand on cards of others: who lent what to whom, on which terms, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.money import to_tiyn
from ledger.organisations import organisation
from lending.microcredits.values import Loan
from reports.report import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """A microcredit as signed; ``amount`` is tiyn, ``principal_grace`` counts months."""

    id: int
    number: str
    signed_on: date
    status: str
    edition: str
    lender: Name
    borrower: str
    id_number: str
    borrower_kind: str
    registered_on: date | None
    start_up: bool
    amount: int
    annual_rate: Decimal
    months: int
    principal_grace: int
    method: str
    purpose: str
    sector: str
    territory: str
    kato: str | None


def name_of(session: Session, organisation_id: int) -> Name:
    """What an organisation is called in three languages."""
    found = organisation(session, organisation_id)
    return Name(found.name_kk, found.name_ru, found.name_en)


def loan_facts(session: Session, of: Loan) -> LoanFacts:
    """The facts of a loan."""
    signed = of.contract
    return LoanFacts(
        id=of.id, number=signed.number, signed_on=signed.signed_on, status=of.status, edition=of.edition,
        lender=name_of(session, signed.lender_id), borrower=signed.borrower.name,
        id_number=str(signed.borrower.id_number), borrower_kind=signed.borrower.kind,
        registered_on=signed.borrower.registered_on, start_up=signed.start_up, amount=to_tiyn(signed.amount),
        annual_rate=signed.annual_rate, months=signed.instalments * signed.every_months,
        principal_grace=signed.principal_grace * signed.every_months, method=signed.method, purpose=signed.purpose,
        sector=signed.sector, territory=signed.territory_type, kato=signed.kato,
    )  # fmt: skip
