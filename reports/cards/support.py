"""A subsidy with the calculation behind it, and a grant with its year of accompaniment.

What counts in a base and what a grant may be for is `lending.support`'s to say; sums are tiyn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.organisations import organisation
from lending.support.grants import grant
from lending.support.subsidies import calculation, subsidy
from lending.support.tables import GrantJournalRow, GrantPaymentRow, GrantRow
from lending.support.values import Grant, SheetLine, Subsidy
from reports.report import Name
from reports.scope import organisation_name


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyCard:
    """A subsidy and every loan in or out of its base, with the reason; ``tells_all`` while the loans are in sight."""

    subsidy: Subsidy
    operator: Name
    recipient: Name
    payer: Name
    sheet: tuple[SheetLine, ...]

    @property
    def tells_all(self) -> bool:
        """Whether the loans that are shown add up to the base: who pays may not see every loan."""
        return sum(line.counted for line in self.sheet) == self.subsidy.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One entry of the journal; ``spent`` tiyn were proved by its documents."""

    visited_on: date
    visited_by: str
    remark: str
    spent: int
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantCard:
    """A grant, what it was for (tiyn by use), on which papers, and what was seen since."""

    grant: Grant
    payer: Name
    number: str
    ground: str
    centre: str
    fund_source: str
    decided_by: str
    proof: Mapping[str, str]
    opinion: Mapping[str, str]
    uses: tuple[tuple[str, int], ...]
    visits: tuple[Visit, ...]


def subsidy_card(session: Session, subsidy_id: int) -> SubsidyCard:
    """The subsidy with this id.

    Raises:
        NotFound: there is none in sight.
    """
    found = subsidy(session, subsidy_id)
    operator, recipient, payer = (
        organisation_name(organisation(session, id_)) for id_ in (found.operator_id, found.recipient_id, found.payer_id)
    )
    sheet = tuple(calculation(session, found))
    return SubsidyCard(subsidy=found, operator=operator, recipient=recipient, payer=payer, sheet=sheet)


def grant_card(session: Session, grant_id: int) -> GrantCard:
    """The grant with this id.

    Raises:
        NotFound: there is none in sight.
    """
    found = grant(session, grant_id)
    row: Any = session.get(GrantRow, grant_id)
    journal = (
        select(GrantJournalRow)
        .join(GrantPaymentRow, GrantPaymentRow.id == GrantJournalRow.payment_id)
        .where(GrantPaymentRow.grant_id == grant_id, GrantPaymentRow.standing.is_(True))
        .order_by(GrantJournalRow.visited_on, GrantJournalRow.id)
    )
    return GrantCard(
        grant=found, payer=organisation_name(organisation(session, found.payer_id)), number=row.number,
        ground=row.ground, centre=row.centre, fund_source=row.fund_source, decided_by=row.decided_by, proof=row.proof,
        opinion=row.opinion, uses=tuple((use["kind"], use["tiyn"]) for use in row.uses),
        visits=tuple(
            Visit(
                visited_on=each.visited_on, visited_by=each.visited_by, remark=each.remark, spent=each.spent,
                documents=tuple(paper["number"] for paper in each.documents),
            )
            for each in session.scalars(journal)
        ),
    )  # fmt: skip
