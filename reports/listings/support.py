"""Support money in sight: operating subsidies by tranche, and state grants by participant.

A payment that was reversed by the day of the view is none, and what it led to is not shown.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from ledger.tables import OrganisationRow
from lending.chain.tables import FacilityRow, LotRow
from lending.support.tables import (
    GrantJournalRow,
    GrantPaymentRow,
    GrantReversalRow,
    GrantRow,
    GrantWithdrawalRow,
    SubsidyDecisionRow,
    SubsidyPaymentRow,
    SubsidyReversalRow,
    SubsidyRow,
    SubsidyWithdrawalRow,
)
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column

RECIPIENT, PAYER = aliased(OrganisationRow, name="recipient"), aliased(OrganisationRow, name="payer")


def _subsidies(on: date) -> Select[Any]:
    decision, payment, withdrawal = SubsidyDecisionRow, SubsidyPaymentRow, SubsidyWithdrawalRow
    reversed_by_then = exists().where(SubsidyReversalRow.payment_id == payment.id, SubsidyReversalRow.reversed_on <= on)
    paid = and_(payment.subsidy_id == SubsidyRow.id, payment.paid_on <= on, ~reversed_by_then)
    state = case(
        (withdrawal.subsidy_id.is_not(None), "withdrawn"), (payment.subsidy_id.is_not(None), "paid"),
        (decision.subsidy_id.is_not(None), "decided"), else_="confirmed",
    )  # fmt: skip
    return (
        select(
            SubsidyRow.id, FacilityRow.number.label("agreement"), LotRow.arrived_on.label("received_on"),
            names_of(RECIPIENT).label("recipient"), names_of(PAYER).label("payer"),
            RECIPIENT.code.label("recipient_code"), SubsidyRow.confirmed_on, SubsidyRow.base.label("subsidy_base"),
            SubsidyRow.rate.label("subsidy_rate"), SubsidyRow.ceiling.label("subsidy_ceiling"),
            func.coalesce(decision.amount, 0).label("subsidy_decided"), decision.decided_on,
            func.coalesce(payment.amount, 0).label("paid"), payment.paid_on, state.label("state"), SubsidyRow.edition,
        )
        .join(LotRow, LotRow.id == SubsidyRow.lot_id)
        .join(FacilityRow, FacilityRow.id == LotRow.facility_id)
        .join(RECIPIENT, RECIPIENT.id == SubsidyRow.recipient_id)
        .join(PAYER, PAYER.id == SubsidyRow.payer_id)
        .outerjoin(decision, and_(decision.subsidy_id == SubsidyRow.id, decision.decided_on <= on))
        .outerjoin(payment, paid)
        .outerjoin(withdrawal, and_(withdrawal.subsidy_id == SubsidyRow.id, withdrawal.withdrawn_on <= on))
        .where(SubsidyRow.confirmed_on <= on)
    )  # fmt: skip


SUBSIDIES = Listing(
    name="subsidies",
    columns=(
        Column(key="agreement", kind="identifier"),
        Column(key="received-on", kind="date"),
        Column(key="recipient", kind="text"),
        Column(key="payer", kind="text"),
        Column(key="confirmed-on", kind="date"),
        Column(key="subsidy-base", kind="money", adds=True),
        Column(key="subsidy-rate", kind="percent"),
        Column(key="subsidy-ceiling", kind="money", adds=True),
        Column(key="subsidy-decided", kind="money", adds=True),
        Column(key="paid", kind="money", adds=True),
        Column(key="paid-on", kind="date"),
        Column(key="state", kind="text"),
    ),
    statement=_subsidies,
    sorts=("-confirmed-on", "agreement", "subsidy-base", "paid"),
    filters=(
        Filter(name="state", column="state", facet=True),
        Filter(name="recipient", column="recipient-code", facet=True, organisations=True),
        Filter(name="edition", column="edition", facet=True),
    ),
    search=("agreement",),
    opens="/subsidies/{id}",
    worded={"state": "subsidy-state"},
)


def _grants(on: date) -> Select[Any]:
    payment, withdrawal, journal = GrantPaymentRow, GrantWithdrawalRow, GrantJournalRow
    reversed_by_then = exists().where(GrantReversalRow.payment_id == payment.id, GrantReversalRow.reversed_on <= on)
    paid = and_(payment.grant_id == GrantRow.id, payment.paid_on <= on, ~reversed_by_then)
    state = case(
        (withdrawal.grant_id.is_not(None), "withdrawn"), (payment.grant_id.is_not(None), "paid"), else_="awarded"
    )
    spent = (
        select(func.coalesce(func.sum(journal.spent), 0))
        .where(journal.payment_id == payment.id, journal.visited_on <= on)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        GrantRow.id, GrantRow.number.label("decision_number"), GrantRow.decided_on, GrantRow.name.label("participant"),
        GrantRow.id_number, GrantRow.ground, GrantRow.fund_source, GrantRow.amount,
        func.coalesce(payment.amount, 0).label("paid"), payment.paid_on, payment.accompanied_until,
        spent.label("proved"), state.label("state"),
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(GrantRow)
        .outerjoin(payment, paid)
        .outerjoin(withdrawal, and_(withdrawal.grant_id == GrantRow.id, withdrawal.withdrawn_on <= on))
        .where(GrantRow.decided_on <= on)
    )  # fmt: skip


GRANTS = Listing(
    name="grants",
    columns=(
        Column(key="decision-number", kind="identifier"),
        Column(key="decided-on", kind="date"),
        Column(key="participant", kind="text"),
        Column(key="id-number", kind="identifier"),
        Column(key="ground", kind="text"),
        Column(key="amount", kind="money", adds=True),
        Column(key="paid", kind="money", adds=True),
        Column(key="paid-on", kind="date"),
        Column(key="accompanied-until", kind="date"),
        Column(key="proved", kind="money", adds=True),
        Column(key="state", kind="text"),
    ),
    statement=_grants,
    sorts=("-decided-on", "decision-number", "amount", "proved"),
    filters=(
        Filter(name="state", column="state", facet=True),
        Filter(name="ground", column="ground", facet=True),
        Filter(name="fund-source", column="fund-source", facet=True),
    ),
    search=("decision-number", "participant", "id-number"),
    opens="/grants/{id}",
    worded={"state": "grant-state", "ground": "ground", "fund-source": "fund-source"},
)
