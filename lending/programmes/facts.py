"""What follows from an application and an edition: the facts that the rules ask for, by name.

Beside the fields themselves these are the territory by its code, the age class of the borrower on the day of applying
(A-01, A-02, A-03), the calculation index of the contract date (A-27) and the effective rate with all fees (A-17). A
fact whose sources are not known is not known either; which sources those are is told with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from lending.amortisation import Flow, Request, Terms, schedules
from lending.amortisation.refusals import BadTerms
from lending.programmes.application import Application, Certificate, Guarantee, Referral
from lending.programmes.editions import Edition
from lending.programmes.mci import NoIndex, mci
from lending.programmes.months import add_months
from lending.programmes.provisions import Known
from lending.programmes.territories import territory_type, type_by_kato

AgeClass = Literal["start-up", "beginning", "operating"]

#: Fields of an application by the name the provisions and rules know them by.
FIELDS: dict[str, str] = {
    "contract_date": "contract_date",
    "applied_on": "applied_on",
    "source": "source",
    "lender": "lender.type",
    "funded_by": "lender.funded_by",
    "id_number": "borrower.id_number",
    "size": "borrower.size",
    "registered_on": "borrower.registered_on",
    "tax_registered": "borrower.tax_registered",
    "anchor": "borrower.anchor_cooperation",
    "told_territory": "territory.type",
    "kato": "territory.kato",
    "purpose": "purpose",
    "sector": "sector",
    "oked": "oked",
    "amount": "amount",
    "annual_rate": "annual_rate",
    "stated_effective_rate": "effective_rate",
    "months": "months",
    "every_months": "every_months",
    "method": "method",
    "day_count": "day_count",
    "principal_grace_months": "principal_grace_months",
    "interest_grace_months": "interest_grace_months",
    "fees": "fees",
    "job_clause": "job_clause",
    "jobs_promised": "jobs_promised",
    "change_of_use_by": "change_of_use_by",
}

#: What an effective rate is computed from.
SCHEDULE = (
    "contract_date", "amount", "annual_rate", "months", "every_months", "method", "day_count",
    "principal_grace_months", "interest_grace_months", "fees",
)  # fmt: skip

#: Facts that follow from others, with their sources.
SOURCES: dict[str, tuple[str, ...]] = {
    "territory": ("told_territory",),
    "mci": ("contract_date",),
    "age_class": ("applied_on", "registered_on"),
    "computed_effective_rate": SCHEDULE,
    "effective_rate": SCHEDULE,
    "breach_charges_agreed": ("fees",),
}

#: Where facts that are neither fields nor derived stand in an application.
DOCUMENTS: dict[str, str] = {
    "certificate": "certificate.kind",
    "certificate_issued_on": "certificate.issued_on",
    "referral": "referral",
    "referral_issued_on": "referral.issued_on",
    "guaranteed": "guarantee",
    "guarantor": "guarantee.guarantor",
    "guarantee_share": "guarantee.share",
    "breach_charges_agreed": "fees.agreed",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one application under one edition, by name; None: not known."""

    application: Application
    known: Known

    def __getitem__(self, name: str) -> Any:
        return self.known[name]

    def lacking(self, names: Iterable[str]) -> tuple[str, ...]:
        """The fields to fill in so that the facts ``names`` become known, as paths in the application."""
        paths: list[str] = []
        for name in names:
            if self.known[name] is None:
                sources = [each for each in SOURCES.get(name, ()) if self.known[each] is None] or [name]
                paths += [FIELDS.get(each) or DOCUMENTS.get(each, each) for each in sources]
        return tuple(dict.fromkeys(paths))


def facts_of(applications: Sequence[tuple[Application, Edition]]) -> list[Facts]:
    """Facts of many applications, each under its edition; effective rates are worked out together."""
    fields = [_fields(application) for application, _ in applications]
    rates = effective_rates(
        [application if edition.provision("loan.effective_rate_max") else None for application, edition in applications]
    )
    return [
        Facts(application, known | _derived(application, edition, known, rate))
        for (application, edition), known, rate in zip(applications, fields, rates, strict=True)
    ]


def effective_rates(applications: Sequence[Application | None]) -> list[Decimal | None]:
    """The yearly effective rate of each application, unrounded, from its schedule and fees (formula of the National
    Bank, in `lending.amortisation.effective_rate`); None where a fact is missing or makes no schedule.
    """
    requests = [None if application is None else request_of(application) for application in applications]
    plans = iter(schedules([each for each in requests if each is not None]))
    return [None if each is None else next(plans).effective_rate for each in requests]


def age_class(registered_on: date | None, applied_on: date | None, edition: Edition) -> AgeClass | None:
    """Class of the business on the day of applying; exactly N months of age are no longer below N (A-01, A-02)."""
    if registered_on is None or applied_on is None:
        return None
    limits: tuple[tuple[AgeClass, str], ...] = (
        ("start-up", "borrower.start_up_months"),
        ("beginning", "borrower.beginning_months"),
    )
    for name, provision in limits:
        if any(applied_on < add_months(registered_on, case.value) for case in edition.provision(provision)):
            return name
    return "operating"


def _fields(application: Application) -> dict[str, Any]:
    found = {}
    for name, path in FIELDS.items():
        value: Any = application
        for part in path.split("."):
            value = getattr(value, part)
        found[name] = value
    return found


def _derived(application: Application, edition: Edition, known: Known, rate: Decimal | None) -> dict[str, Any]:
    on = application.contract_date
    place = application.territory
    by_kato = type_by_kato(place.kato, on) if place.kato and on else None
    stated = application.effective_rate
    return {
        "territory_by_kato": by_kato,
        "territory": territory_type(place.type, by_kato),
        "mci": _index(on),
        "age_class": age_class(known["registered_on"], known["applied_on"], edition),
        "computed_effective_rate": rate,
        "effective_rate": rate if stated is None else stated,
        "breach_charges_agreed": _agreed(application),
        **_documents(application),
    }


def _documents(application: Application) -> dict[str, Any]:
    """Facts of the papers; a paper known to be missing is of kind "none", a referral is known to be there or not."""
    certificate, referral, guarantee = application.certificate, application.referral, application.guarantee
    shown = certificate if isinstance(certificate, Certificate) else Certificate()
    asked = guarantee if isinstance(guarantee, Guarantee) else Guarantee()
    return {
        "certificate": "none" if certificate is False else shown.kind,
        "certificate_issued_on": shown.issued_on,
        "referral": None if referral is None else isinstance(referral, Referral),
        "referral_issued_on": referral.issued_on if isinstance(referral, Referral) else None,
        "guaranteed": None if guarantee is None else isinstance(guarantee, Guarantee),
        "guarantor": asked.guarantor,
        "guarantee_share": asked.share,
    }


def _agreed(application: Application) -> bool | None:
    """Whether every charge for a breach is agreed; yes where there is none."""
    if application.fees is None:
        return None
    answers = {fee.agreed for fee in application.fees if fee.kind == "breach"}
    return False if False in answers else None if None in answers else True


def _index(on: date | None) -> int | None:
    try:
        return None if on is None else mci(on)
    except NoIndex:
        return None


def request_of(application: Application) -> Request | None:
    """The schedule to work out; None where it is not fully known. Charges for a breach are no part of it."""
    known = _fields(application)
    if any(known[name] is None for name in SCHEDULE) or known["months"] % known["every_months"]:
        return None
    fees = [fee for fee in known["fees"] if fee.kind != "breach"]
    if any(fee.amount is None for fee in fees):
        return None
    every = known["every_months"]
    try:
        terms = Terms(
            principal=known["amount"],
            annual_rate=known["annual_rate"],
            disbursed_on=known["contract_date"],
            instalments=known["months"] // every,
            every_months=every,
            method=known["method"],
            day_count=known["day_count"],
            principal_grace=known["principal_grace_months"] // every,
            interest_grace=known["interest_grace_months"] // every,
        )
    except BadTerms:
        return None
    return Request(terms, tuple(Flow(fee.on or known["contract_date"], fee.amount) for fee in fees))
