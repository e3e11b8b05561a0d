"""Claims under guarantees and recoveries after payouts, as far as they are in sight.

The state of a claim is its latest step up to the day of the view; what is payable is what was approved, accepted or
paid. Before that nothing is payable: the claim's card works it out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, select
from sqlalchemy.orm import aliased

from guarantees.tables import ClaimRow, ClaimStepRow, GuaranteeRow, RecoveryPaymentRow, RecoveryRow
from ledger.tables import OrganisationRow
from lending.microcredits.tables import BorrowerRow, LoanRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column

LENDER, GUARANTOR = aliased(OrganisationRow), aliased(OrganisationRow)


def _claimed() -> ColumnElement[int]:
    parts = func.jsonb_each_text(ClaimRow.claimed).table_valued("key", "value")
    total = func.coalesce(func.sum(cast(parts.c.value, BigInteger)), 0)
    return select(total).select_from(parts).scalar_subquery()


def _claims(on: date) -> Select[Any]:
    step = ClaimStepRow
    state = (
        select(step.kind)
        .where(step.claim_id == ClaimRow.id, step.made_on <= on)
        .order_by(step.id.desc())
        .limit(1)
        .lateral("latest")
    )
    payable = (
        select(func.coalesce(func.max(step.amount), 0))
        .where(step.claim_id == ClaimRow.id, step.made_on <= on, step.kind.in_(("approved", "accepted", "paid")))
        .scalar_subquery()
    )
    return (
        select(
            ClaimRow.id, ClaimRow.number.label("claim_number"), ClaimRow.presented_on,
            GuaranteeRow.number.label("guarantee_number"), names_of(GUARANTOR).label("guarantor"),
            GUARANTOR.code.label("guarantor_code"), names_of(LENDER).label("lender"),
            LENDER.code.label("lender_code"), BorrowerRow.name.label("borrower"), _claimed().label("claimed"),
            payable.label("payable"), state.c.kind.label("claim_state"), ClaimRow.guarantee_id,
        )
        .select_from(ClaimRow)
        .join(state, literal(value=True))
        .join(GuaranteeRow, GuaranteeRow.id == ClaimRow.guarantee_id)
        .join(LoanRow, LoanRow.id == GuaranteeRow.loan_id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(LENDER, LENDER.id == GuaranteeRow.lender_id)
        .join(GUARANTOR, GUARANTOR.id == GuaranteeRow.guarantor_id)
    )  # fmt: skip


CLAIMS = Listing(
    name="claims",
    columns=(
        Column(key="claim-number", kind="identifier"),
        Column(key="presented-on", kind="date"),
        Column(key="guarantee-number", kind="identifier"),
        Column(key="guarantor", kind="text"),
        Column(key="lender", kind="text"),
        Column(key="borrower", kind="text"),
        Column(key="claimed", kind="money", adds=True),
        Column(key="payable", kind="money", adds=True),
        Column(key="claim-state", kind="text"),
    ),
    statement=_claims,
    sorts=("-presented-on", "claim-number", "claimed", "payable"),
    filters=(
        Filter(name="claim-state", column="claim-state", facet=True),
        Filter(name="guarantor", column="guarantor-code", facet=True, organisations=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="guarantee", column="guarantee-id"),
        Filter(name="presented-from", column="presented-on", by="from"),
        Filter(name="presented-to", column="presented-on", by="to"),
    ),
    search=("claim-number", "guarantee-number", "borrower"),
    opens="/claims/{id}",
    worded={"claim-state": "claim-state"},
)


def _recoveries(on: date) -> Select[Any]:
    own = RecoveryRow
    return (
        select(
            own.id, own.received_on, GuaranteeRow.number.label("guarantee_number"),
            names_of(LENDER).label("lender"), LENDER.code.label("lender_code"),
            BorrowerRow.name.label("borrower"), own.received_by, own.amount, own.guarantor_part, own.lender_part,
            RecoveryPaymentRow.paid_on.label("passed_on"), own.bank_reference, own.guarantee_id,
        )
        .select_from(own)
        .join(GuaranteeRow, GuaranteeRow.id == own.guarantee_id)
        .join(LoanRow, LoanRow.id == GuaranteeRow.loan_id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(LENDER, LENDER.id == GuaranteeRow.lender_id)
        .outerjoin(RecoveryPaymentRow, RecoveryPaymentRow.recovery_id == own.id)
        .where(own.received_on <= on)
    )  # fmt: skip


RECOVERIES = Listing(
    name="recoveries",
    columns=(
        Column(key="received-on", kind="date"),
        Column(key="guarantee-number", kind="identifier"),
        Column(key="lender", kind="text"),
        Column(key="borrower", kind="text"),
        Column(key="received-by", kind="text"),
        Column(key="amount", kind="money", adds=True),
        Column(key="guarantor-part", kind="money", adds=True),
        Column(key="lender-part", kind="money", adds=True),
        Column(key="passed-on", kind="date"),
        Column(key="bank-reference", kind="identifier"),
    ),
    statement=_recoveries,
    sorts=("-received-on", "guarantee-number", "amount"),
    filters=(
        Filter(name="received-by", column="received-by", facet=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="guarantee", column="guarantee-id"),
        Filter(name="received-from", column="received-on", by="from"),
        Filter(name="received-to", column="received-on", by="to"),
    ),
    search=("guarantee-number", "borrower", "bank-reference"),
    opens="/recoveries/{id}",
    worded={"received-by": "received-by"},
)
