"""Guarantees in sight, and loans that ask for one.

An application is a loan that names a guaranteed share. Whose it is to decide follows from the place by the edition of
the loan, which is data of `lending.programmes`; it waits until a guarantee stands or the guarantor refuses. Exposure
is worked out for the rows shown, by the arithmetic of `guarantees.standing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Numeric, Select, and_, case, cast, exists, func, literal, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from guarantees.eligibility import provision
from guarantees.standing import debts
from guarantees.standing import guarantees as standing_of
from guarantees.tables import GuaranteeChangeRow, GuaranteeRefusalRow, GuaranteeRow
from guarantees.values import ENDED
from ledger.tables import OrganisationRow
from lending.microcredits.tables import BorrowerRow, LoanRow
from lending.programmes.editions import editions
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Cell, Column

#: Kinds of places that an edition may tell apart.
TERRITORIES = ("rural", "small-town", "city", "monotown", "major-city")
LENDER, GUARANTOR = aliased(OrganisationRow), aliased(OrganisationRow)


def latest_change(on: date) -> Any:
    """The last change of each guarantee up to ``on``, to be joined laterally."""
    own = GuaranteeChangeRow
    return (
        select(own.kind, own.share, own.amount, own.expires_on)
        .where(own.guarantee_id == GuaranteeRow.id, own.changed_on <= on)
        .order_by(own.id.desc())
        .limit(1)
        .lateral("latest")
    )


def _guarantees(on: date) -> Select[Any]:
    latest = latest_change(on)
    commission = (
        select(func.coalesce(func.sum(GuaranteeChangeRow.commission), 0))
        .where(GuaranteeChangeRow.guarantee_id == GuaranteeRow.id, GuaranteeChangeRow.changed_on <= on)
        .scalar_subquery()
    )
    return (
        select(
            GuaranteeRow.id, GuaranteeRow.number.label("guarantee_number"), GuaranteeRow.signed_on,
            names_of(GUARANTOR).label("guarantor"), GUARANTOR.code.label("guarantor_code"),
            names_of(LENDER).label("lender"), LENDER.code.label("lender_code"), BorrowerRow.name.label("borrower"),
            BorrowerRow.id_number, LoanRow.contract_number, LoanRow.amount, latest.c.share.label("guarantee_share"),
            latest.c.amount.label("guarantee"), commission.label("commission"), latest.c.expires_on,
            latest.c.kind.label("state"), LoanRow.territory_type.label("territory"), GuaranteeRow.edition,
            GuaranteeRow.borrower_class, GuaranteeRow.allocation_id, func.left(LoanRow.kato, 2).label("region"),
        )
        .select_from(GuaranteeRow)
        .join(latest, literal(value=True))
        .join(LoanRow, LoanRow.id == GuaranteeRow.loan_id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(LENDER, LENDER.id == GuaranteeRow.lender_id)
        .join(GUARANTOR, GUARANTOR.id == GuaranteeRow.guarantor_id)
    )  # fmt: skip


def _exposures(session: Session, ids: Sequence[int], on: date) -> Mapping[int, Mapping[str, Cell]]:
    standing, behind = standing_of(session, ids, on), debts(session, ids, on)
    return {each: {"exposure": behind[each].exposure(standing[each])} for each in ids if each in standing}


GUARANTEES = Listing(
    name="guarantees",
    columns=(
        Column(key="guarantee-number", kind="identifier"),
        Column(key="signed-on", kind="date"),
        Column(key="guarantor", kind="text"),
        Column(key="lender", kind="text"),
        Column(key="borrower", kind="text"),
        Column(key="id-number", kind="identifier"),
        Column(key="amount", kind="money", adds=True),
        Column(key="guarantee-share", kind="percent"),
        Column(key="guarantee", kind="money", adds=True),
        Column(key="commission", kind="money", adds=True),
        Column(key="exposure", kind="money"),
        Column(key="expires-on", kind="date"),
        Column(key="state", kind="text"),
    ),
    statement=_guarantees,
    sorts=("-signed-on", "guarantee-number", "amount", "guarantee", "commission", "expires-on"),
    filters=(
        Filter(name="state", column="state", facet=True),
        Filter(name="guarantor", column="guarantor-code", facet=True, organisations=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="territory", column="territory", facet=True),
        Filter(name="borrower-class", column="borrower-class", facet=True),
        Filter(name="edition", column="edition", facet=True),
        Filter(name="region", column="region", facet=True),
        Filter(name="allocation", column="allocation-id"),
        Filter(name="signed-from", column="signed-on", by="from"),
        Filter(name="signed-to", column="signed-on", by="to"),
        Filter(name="ends-from", column="expires-on", by="from"),
        Filter(name="ends-to", column="expires-on", by="to"),
    ),
    search=("guarantee-number", "borrower", "id-number", "contract-number"),
    works_out=_exposures,
    opens="/guarantees/{id}",
    worded={
        "state": "guarantee-state", "territory": "territory", "borrower-class": "borrower-class", "edition": "edition",
    },
)  # fmt: skip


def serving_guarantor() -> ColumnElement[str]:
    """The code of the guarantor that serves the place of a loan by its edition, as the books write codes."""
    served = [
        (and_(LoanRow.edition == law.id, LoanRow.territory_type == territory), found.value[0])
        for law in editions().values()
        for territory in TERRITORIES
        if (found := provision(law, "guarantor", territory)) is not None
    ]
    return case(*served, else_="")


def standing_guarantee(on: date) -> ColumnElement[bool]:
    """Whether a loan has a guarantee that has not ended by ``on``."""
    latest = latest_change(on)
    return exists(
        select(GuaranteeRow.id)
        .join(latest, literal(value=True))
        .where(GuaranteeRow.loan_id == LoanRow.id, latest.c.kind.not_in(ENDED))
        .correlate(LoanRow)
    )


def _applications(on: date) -> Select[Any]:
    refused = exists().where(GuaranteeRefusalRow.loan_id == LoanRow.id, GuaranteeRefusalRow.refused_on <= on)
    share = cast(LoanRow.details["guarantee_share"].astext, Numeric(9, 6))
    state = case(
        (standing_guarantee(on), "guaranteed"), (refused, "refused"),
        (LoanRow.status.not_in(("contracted", "active")), "closed"), else_="waiting",
    )  # fmt: skip
    return (
        select(
            LoanRow.id, LoanRow.contract_number, LoanRow.contract_date, names_of(LENDER).label("lender"),
            LENDER.code.label("lender_code"), BorrowerRow.name.label("borrower"), BorrowerRow.id_number, LoanRow.amount,
            share.label("guarantee_share"), func.floor(LoanRow.amount * share).label("guarantee"),
            LoanRow.territory_type.label("territory"), LoanRow.purpose, state.label("application_state"),
            serving_guarantor().label("guarantor"), func.left(LoanRow.kato, 2).label("region"), LoanRow.edition,
        )
        .select_from(LoanRow)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(LENDER, LENDER.id == LoanRow.lender_id)
        .where(LoanRow.details.has_key("guarantee_share"), LoanRow.contract_date <= on)
    )  # fmt: skip


APPLICATIONS = Listing(
    name="guarantee-applications",
    columns=(
        Column(key="contract-number", kind="identifier"),
        Column(key="contract-date", kind="date"),
        Column(key="lender", kind="text"),
        Column(key="borrower", kind="text"),
        Column(key="id-number", kind="identifier"),
        Column(key="amount", kind="money", adds=True),
        Column(key="guarantee-share", kind="percent"),
        Column(key="guarantee", kind="money", adds=True),
        Column(key="territory", kind="text"),
        Column(key="purpose", kind="text"),
        Column(key="application-state", kind="text"),
    ),
    statement=_applications,
    sorts=("contract-date", "contract-number", "amount", "guarantee"),
    filters=(
        Filter(name="application-state", column="application-state", facet=True),
        Filter(name="guarantor", column="guarantor", facet=True, organisations=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="territory", column="territory", facet=True),
        Filter(name="purpose", column="purpose", facet=True),
        Filter(name="region", column="region", facet=True),
    ),
    search=("contract-number", "borrower", "id-number"),
    opens="/guarantee-applications/{id}",
    worded={
        "application-state": "application-state", "territory": "territory", "purpose": "purpose",
        "guarantor": "guarantor-name",
    },
)  # fmt: skip
