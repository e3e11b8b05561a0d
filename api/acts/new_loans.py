"""The act of concluding a contract: a new loan, judged by the programme's rules on the day it is signed.

It records the contract, the borrower and the signed schedule; no money moves. What the rules forbid is refused with
every clause at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Concern, Doing, Line, Measure
from api.acts.loan_facts import LoanFacts, facts_of
from lending.applications.direct import record_loan
from lending.applications.promises import promised
from lending.applications.values import Filing, Signing
from lending.chain.facilities import facility
from lending.chain.pools import pool_of
from lending.chain.tables import FacilityRow


class ConcludeAsked(LoanFacts):
    """A microcredit contract as signed with a borrower."""

    number: Line
    applied_on: date
    signed_on: date
    disburse_on: date
    first_due_on: date | None = None


def filing_of(asked: ConcludeAsked) -> Filing:
    """What was asked as a filing."""
    return Filing(
        facility_id=asked.facility_id, number=asked.number, channel="own", borrower_name=asked.borrower_name,
        applied_on=asked.applied_on, facts=facts_of(asked.model_dump(mode="json")),
    )  # fmt: skip


def signing_of(asked: ConcludeAsked, by: str) -> Signing:
    """What was asked as a signing."""
    return Signing(
        number=asked.number, signed_on=asked.signed_on, disburse_on=asked.disburse_on, clauses=(), by=by,
        first_due_on=asked.first_due_on,
    )  # fmt: skip


def of_agreement(session: Session, asked: LoanFacts, _actor: Actor) -> Concern:
    """The agreement whose money is asked for, and the lender that borrows by it.

    Raises:
        NotFound: there is none in sight.
    """
    found = facility(session, asked.facility_id)
    return Concern(found.borrower_id, f"facility:{found.id}")


def own_agreements(session: Session, actor: Actor, _filled: Mapping[str, str]) -> Sequence[tuple[int, str]]:
    """The agreements by which the actor's organisation borrows, the newest first, with their editions."""
    row = FacilityRow
    query = select(row.id, row.number, row.edition).where(row.borrower_id == actor.organisation_id)
    found = session.execute(query.order_by(row.signed_on.desc(), row.id.desc()))
    return [(each.id, f"{each.number} · {each.edition}") for each in found]


def _conclude(session: Session, doing: Doing, asked: ConcludeAsked) -> Mapping[str, Any]:
    recorded = record_loan(session, filing_of(asked), signing_of(asked, doing.actor.signature))
    return {"loan_id": recorded.loan_id, "findings": [each.as_json() for each in recorded.findings]}


def money_promised(session: Session, facility_id: int, on: date) -> Sequence[Measure]:
    """What an agreement has to lend on a day, and what of it is promised by contracts and approvals."""
    pool = pool_of(session, facility_id, [on])
    number = facility(session, facility_id).number
    given = sum(each.tiyn for each in promised(session, [facility_id]) if each.facility_id == facility_id)
    return (
        Measure("facility-free", pool.free_in(pool.lendable(on), on), of=number),
        Measure("facility-promised", given, of=number),
    )


def _measures(session: Session, asked: ConcludeAsked) -> Sequence[Measure]:
    return money_promised(session, asked.facility_id, asked.signed_on)


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="loans.conclude", asks=ConcludeAsked, path="/loans", concerns=of_agreement, work=_conclude,
        measures=_measures, options={"facility_id": own_agreements},
    ),
)  # fmt: skip
