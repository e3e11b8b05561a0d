"""Applications in sight: whose, for how much, how each stands, and for how long it has waited.

The order in which a lender serves its open ones is not a sort of this listing but a queue with reasons
(`lending.applications.queue`); here anybody in the chain looks through all there ever were.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Numeric, Select, cast, func, literal, select, true

from ledger.tables import OrganisationRow
from lending.applications.tables import ApplicationRow, ApplicationStepRow
from reports.listings.listing import Filter, Listing, names_of
from reports.report import Column


def _statement(on: date) -> Select[Any]:
    step = ApplicationStepRow
    last = (
        select(step.state, step.done_on, step.facts, step.loan_id)
        .where(step.application_id == ApplicationRow.id, step.done_on <= literal(on))
        .order_by(step.number.desc())
        .limit(1)
        .lateral("last")
    )
    amount = cast(cast(last.c.facts["amount"].astext, Numeric) * 100, BigInteger)
    return (
        select(
            ApplicationRow.id, ApplicationRow.number.label("application_number"), ApplicationRow.applied_on,
            ApplicationRow.borrower_name.label("borrower"), ApplicationRow.borrower_id_number.label("id_number"),
            names_of(OrganisationRow).label("lender"), OrganisationRow.code.label("lender_code"),
            func.coalesce(amount, 0).label("amount"), last.c.state, last.c.done_on.label("state_since"),
            ApplicationRow.channel, last.c.facts["purpose"].astext.label("purpose"), ApplicationRow.facility_id,
        )
        .join(OrganisationRow, OrganisationRow.id == ApplicationRow.lender_id)
        .join(last, true())
        .where(ApplicationRow.applied_on <= on)
    )  # fmt: skip


APPLICATIONS = Listing(
    name="applications",
    columns=(
        Column(key="application-number", kind="identifier"),
        Column(key="applied-on", kind="date"),
        Column(key="borrower", kind="text"),
        Column(key="id-number", kind="identifier"),
        Column(key="lender", kind="text"),
        Column(key="amount", kind="money", adds=True),
        Column(key="purpose", kind="text"),
        Column(key="state", kind="text"),
        Column(key="state-since", kind="date"),
    ),
    statement=_statement,
    sorts=("-applied-on", "application-number", "amount", "state-since"),
    filters=(
        Filter(name="state", column="state", facet=True),
        Filter(name="lender", column="lender-code", facet=True, organisations=True),
        Filter(name="channel", column="channel", facet=True),
        Filter(name="purpose", column="purpose", facet=True),
        Filter(name="applied-from", column="applied-on", by="from"),
        Filter(name="applied-to", column="applied-on", by="to"),
    ),
    search=("application-number", "borrower", "id-number"),
    opens="/applications/{id}",
    worded={"state": "application-state", "channel": "choice.channel", "purpose": "purpose"},
)
