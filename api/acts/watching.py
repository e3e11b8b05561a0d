"""Who watches a loan, and what acts of oversight have in common: the rows they are about, and the files behind papers.

A loan is watched by its lender and by every organisation whose money it is, up to the budget.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import see_as, see_everything
from api.acts.act import Concern, Doing
from api.evidence.tables import EvidenceFileRow
from ledger.errors import NotFound
from lending.chain.facilities import facility
from lending.microcredits.loans import loan
from lending.microcredits.values import Decision

#: Who confirms, in a rehearsal: nobody is called so.
TO_COME = "…"


def of_watched(session: Session, asked: Any, actor: Actor) -> Concern:
    """The loan, watched by its lender and by everybody whose money it is.

    Raises:
        NotFound: there is none in sight.
    """
    return watched(session, asked.loan_id, actor)


def watched(session: Session, loan_id: int, actor: Actor) -> Concern:
    """The loan, as the business of ``actor`` where they watch it, else of its lender.

    Raises:
        NotFound: there is none in sight.
    """
    found = loan(session, loan_id)
    lender_id = found.contract.lender_id
    watchers = {lender_id, *_funders(session, found.contract.facility_id, actor)}
    own = actor.organisation_id
    return Concern(own if own is not None and own in watchers else lender_id, f"case:{found.id}")


def _funders(session: Session, facility_id: int, actor: Actor) -> list[int]:
    """Who lends above a loan; that is known beyond the actor's own sight."""
    see_everything(session)
    found, at = [], facility(session, facility_id)
    found.append(at.lender_id)
    while at.parent_id is not None:
        at = facility(session, at.parent_id)
        found.append(at.lender_id)
    see_as(session, actor)
    return found


def row(session: Session, table: type[Any], what: str, row_id: int) -> Any:
    """The row with this id, as far as it is in sight.

    Raises:
        NotFound.
    """
    found = session.get(table, row_id)
    if found is None:
        raise NotFound(what=what, name=str(row_id))
    return found


def digest_of(session: Session, loan_id: int, evidence_id: int | None) -> bytes | None:
    """The fingerprint of a file that was handed in for this loan; nothing where none is named.

    Raises:
        NotFound: there is no such file of this loan.
    """
    if evidence_id is None:
        return None
    of_loan_too = select(EvidenceFileRow.sha256).where(
        EvidenceFileRow.id == evidence_id, EvidenceFileRow.loan_id == loan_id
    )
    digest = session.scalar(of_loan_too)
    if digest is None:
        raise NotFound(what="evidence file", name=str(evidence_id))
    return digest


def two_people(doing: Doing, on: date, reason: str, document: str) -> Decision:
    """A decision of whoever asked and whoever confirmed; while it is only rehearsed the confirming is still to come."""
    confirmed_by = doing.checker.signature if doing.checker else TO_COME
    return Decision(on=on, by=doing.actor.signature, confirmed_by=confirmed_by, reason=reason, document=document)
