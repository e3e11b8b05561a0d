"""Allocations of commissions in sight, and the transfers between akimats and guarantors.

Sums are those of the rows up to the day of the view: what was agreed, what contracts have absorbed, what was moved.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, String, cast, func, select
from sqlalchemy.orm import aliased

from guarantees.tables import (
    AllocationChangeRow,
    AllocationRow,
    CommissionTransferRow,
    GuaranteeChangeRow,
    GuaranteeRow,
)
from ledger.tables import OrganisationRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column

AKIMAT, GUARANTOR = aliased(OrganisationRow), aliased(OrganisationRow)


def _agreed(on: date) -> ScalarSelect[Any]:
    own = AllocationChangeRow
    return (
        select(func.coalesce(func.sum(own.amount), 0))
        .where(own.allocation_id == AllocationRow.id, own.changed_on <= on)
        .scalar_subquery()
    )


def _absorbed(on: date) -> ScalarSelect[Any]:
    own = GuaranteeChangeRow
    return (
        select(func.coalesce(func.sum(own.commission), 0))
        .join(GuaranteeRow, GuaranteeRow.id == own.guarantee_id)
        .where(GuaranteeRow.allocation_id == AllocationRow.id, own.changed_on <= on)
        .scalar_subquery()
    )


def _transferred(on: date) -> ScalarSelect[Any]:
    own = CommissionTransferRow
    return (
        select(func.coalesce(func.sum(own.amount), 0))
        .where(own.allocation_id == AllocationRow.id, own.paid_on <= on)
        .scalar_subquery()
    )


def _allocations(on: date) -> Select[Any]:
    sums = (
        select(
            AllocationRow.id, _agreed(on).label("amount"), _absorbed(on).label("absorbed"),
            _transferred(on).label("transferred"),
        )
    ).subquery("sums")  # fmt: skip
    return (
        select(
            AllocationRow.id, AllocationRow.number.label("allocation"),
            cast(AllocationRow.year, String).label("year"),
            names_of(AKIMAT).label("akimat"), AKIMAT.code.label("akimat_code"),
            names_of(GUARANTOR).label("guarantor"), GUARANTOR.code.label("guarantor_code"),
            AllocationRow.territory.label("allocation_territory"), AllocationRow.commission_rate, sums.c.amount,
            sums.c.absorbed, (sums.c.amount - sums.c.absorbed).label("left"), sums.c.transferred,
            func.greatest(sums.c.transferred - sums.c.absorbed, 0).label("ahead"),
            func.greatest(sums.c.absorbed - sums.c.transferred, 0).label("commission_owed"),
        )
        .select_from(AllocationRow)
        .join(sums, sums.c.id == AllocationRow.id)
        .join(AKIMAT, AKIMAT.id == AllocationRow.akimat_id)
        .join(GUARANTOR, GUARANTOR.id == AllocationRow.guarantor_id)
    )  # fmt: skip


ALLOCATIONS = Listing(
    name="allocations",
    columns=(
        Column(key="allocation", kind="identifier"),
        Column(key="year", kind="identifier"),
        Column(key="akimat", kind="text"),
        Column(key="guarantor", kind="text"),
        Column(key="allocation-territory", kind="text"),
        Column(key="commission-rate", kind="percent"),
        Column(key="amount", kind="money", adds=True),
        Column(key="absorbed", kind="money", adds=True),
        Column(key="left", kind="money", adds=True),
        Column(key="transferred", kind="money", adds=True),
        Column(key="ahead", kind="money", adds=True),
        Column(key="commission-owed", kind="money", adds=True),
    ),
    statement=_allocations,
    sorts=("-year", "allocation", "amount", "absorbed", "left", "commission-owed"),
    filters=(
        Filter(name="year", column="year", facet=True),
        Filter(name="akimat", column="akimat-code", facet=True, organisations=True),
        Filter(name="guarantor", column="guarantor-code", facet=True, organisations=True),
        Filter(name="allocation-territory", column="allocation-territory", facet=True),
        Filter(name="owed-from", column="commission-owed", by="from"),
    ),
    search=("allocation",),
    opens="/allocations/{id}",
    worded={"allocation-territory": "allocation-territory"},
)


def _transfers(on: date) -> Select[Any]:
    own = CommissionTransferRow
    return (
        select(
            own.id, own.paid_on.label("moved_on"), AllocationRow.number.label("allocation"),
            cast(AllocationRow.year, String).label("year"),
            names_of(AKIMAT).label("akimat"), AKIMAT.code.label("akimat_code"),
            names_of(GUARANTOR).label("guarantor"), GUARANTOR.code.label("guarantor_code"),
            own.kind.label("transfer"), own.amount, own.approved_by, own.allocation_id,
        )
        .select_from(own)
        .join(AllocationRow, AllocationRow.id == own.allocation_id)
        .join(AKIMAT, AKIMAT.id == AllocationRow.akimat_id)
        .join(GUARANTOR, GUARANTOR.id == AllocationRow.guarantor_id)
        .where(own.paid_on <= on)
    )  # fmt: skip


TRANSFERS = Listing(
    name="commission-transfers",
    columns=(
        Column(key="moved-on", kind="date"),
        Column(key="allocation", kind="identifier"),
        Column(key="year", kind="identifier"),
        Column(key="akimat", kind="text"),
        Column(key="guarantor", kind="text"),
        Column(key="transfer", kind="text"),
        Column(key="amount", kind="money", adds=True),
        Column(key="approved-by", kind="text"),
    ),
    statement=_transfers,
    sorts=("-moved-on", "allocation", "amount"),
    filters=(
        Filter(name="transfer", column="transfer", facet=True),
        Filter(name="year", column="year", facet=True),
        Filter(name="akimat", column="akimat-code", facet=True, organisations=True),
        Filter(name="guarantor", column="guarantor-code", facet=True, organisations=True),
        Filter(name="allocation", column="allocation-id"),
        Filter(name="moved-from", column="moved-on", by="from"),
        Filter(name="moved-to", column="moved-on", by="to"),
    ),
    search=("allocation",),
    opens="/commission-transfers/{id}",
    worded={"transfer": "transfer"},
)
