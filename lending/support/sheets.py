"""What subsidies are calculated from, read from the movements of lots: tranches, and who took what from them.

Lot movements tell exactly which part of a loan came from which lot, so money lent for the first time is told from
money lent again tenge by tenge. Everything is read up to a movement: what was known when an operator confirmed can
be read again for ever. Nothing is written here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from lending.programmes.support_terms import SubsidyTerms, subsidy_terms
from lending.support.refusals import NoSuchSupport
from lending.support.values import Draw, SheetLine, Tranche, verdict

#: Fresh lots of funding lines with money that was drawn and not undone. ``{which}`` narrows them.
TRANCHES = """
    SELECT l.id AS lot_id, f.id AS facility_id, f.number AS facility, f.edition, f.lender_id AS operator_id,
        operator.code AS operator, f.borrower_id AS recipient_id, recipient.code AS recipient,
        recipient.kind AS recipient_kind, up.lender_id AS payer_id, l.arrived_on, moved.*,
        (SELECT max(m.id) FROM lot_movement m JOIN lot own ON own.id = m.lot_id WHERE own.facility_id = f.id)
            AS through_movement
    FROM lot l JOIN facility f ON f.id = l.facility_id JOIN facility up ON up.id = f.parent_id
    JOIN organisation operator ON operator.id = f.lender_id
    JOIN organisation recipient ON recipient.id = f.borrower_id
    JOIN LATERAL (
        SELECT coalesce(sum(amount) FILTER (WHERE kind = 'received'), 0)::bigint AS received,
            coalesce(-sum(amount) FILTER (WHERE kind = 'lent'), 0)::bigint AS lent,
            max(moved_on) AS moved_on
        FROM lot_movement WHERE lot_id = l.id
    ) AS moved ON moved.received > 0
    WHERE l.kind = 'fresh' AND f.link = 'funding-line' AND {which} ORDER BY l.arrived_on, l.id
"""

#: Net draws of loans on the lots of a facility, as known at a movement: all of the loans that took from the tranche,
#: and those of money lent again while the tranche was being lent.
DRAWS = text(
    """
    SELECT m.loan_id, m.lot_id, lot.turn, -sum(m.amount)::bigint AS amount, min(m.moved_on) AS lent_on,
        loan.contract_number, loan.contract_date, b.name AS borrower, b.id_number, loan.edition,
        loan.territory_type AS territory, loan.purpose
    FROM lot JOIN lot_movement m ON m.lot_id = lot.id JOIN loan ON loan.id = m.loan_id
    JOIN borrower b ON b.id = loan.borrower_id
    WHERE lot.facility_id = :facility AND m.kind = 'lent' AND m.id <= :through
    GROUP BY m.loan_id, m.lot_id, lot.turn, loan.id, b.id
    HAVING sum(m.amount) < 0 AND (
        m.loan_id IN (SELECT loan_id FROM lot_movement WHERE lot_id = :lot AND kind = 'lent' AND id <= :through)
        OR lot.turn > 1 AND min(m.moved_on) BETWEEN :arrived_on AND :until)
    ORDER BY min(m.moved_on), m.loan_id, lot.turn, m.lot_id
    """
)


def tranche(session: Session, lot_id: int) -> Tranche:
    """A tranche of a funding line.

    Raises:
        NotFound: no fresh lot of a funding line has this id, or its drawdown was undone.
    """
    row = session.execute(text(TRANCHES.format(which="l.id = :lot")), {"lot": lot_id}).one_or_none()
    if row is None:
        raise NotFound(what="tranche of a funding line", name=str(lot_id))
    return _tranche(row)


def open_tranches(session: Session) -> list[Tranche]:
    """Every tranche whose whole money is lent, in an edition with subsidies, and that has no standing subsidy."""
    which = "moved.lent = moved.received AND NOT EXISTS (SELECT FROM subsidy s WHERE s.lot_id = l.id AND s.standing)"
    found = (_tranche(row) for row in session.execute(text(TRANCHES.format(which=which))))
    return [each for each in found if _qualifies(each)]


def terms_of(of: Tranche) -> SubsidyTerms:
    """The subsidy terms of a tranche's edition.

    Raises:
        NoSuchSupport: it has none.
    """
    terms = subsidy_terms(of.edition)
    if terms is None:
        raise NoSuchSupport(edition=of.edition, support="operating subsidy")
    return terms


def sheet(
    session: Session, *, lot_id: int, facility_id: int, edition: str, arrived_on: date, until: date,
    through_movement: int,
) -> list[SheetLine]:  # fmt: skip
    """The calculation of a subsidy: every loan that took from the tranche, and every loan of relent money meanwhile.

    Each is in or out of the base, and why. Meanwhile is ``arrived_on`` to ``until``, both inclusive; movements after
    ``through_movement`` are left out.

    Raises:
        NoSuchSupport: the edition has no subsidy.
    """
    line_terms = subsidy_terms(edition)
    if line_terms is None:
        raise NoSuchSupport(edition=edition, support="operating subsidy")
    rows = session.execute(
        DRAWS,
        {"facility": facility_id, "lot": lot_id, "arrived_on": arrived_on, "until": until, "through": through_movement},
    )
    draws = [Draw(**row._asdict()) for row in rows]
    return [verdict(draw, lot_id, line_terms, subsidy_terms(draw.edition)) for draw in draws]


def sheet_of(session: Session, of: Tranche) -> list[SheetLine]:
    """The calculation for a tranche as it stands now."""
    return sheet(
        session, lot_id=of.lot_id, facility_id=of.facility_id, edition=of.edition, arrived_on=of.arrived_on,
        until=of.moved_on, through_movement=of.through_movement,
    )  # fmt: skip


def moved_since(session: Session, lot_id: int, through_movement: int) -> bool:
    """Whether a lot has moved after a movement."""
    later = text("SELECT EXISTS (SELECT FROM lot_movement WHERE lot_id = :lot AND id > :through)")
    found: bool = session.scalar(later, {"lot": lot_id, "through": through_movement})
    return found


def _qualifies(of: Tranche) -> bool:
    terms = subsidy_terms(of.edition)
    return terms is not None and of.lender in terms.lenders.value


def _tranche(row: Any) -> Tranche:
    return Tranche(**row._asdict())
