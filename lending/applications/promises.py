"""Sums promised to borrowers and not yet paid out, and which part of each would be first-turn money.

Two officers may each approve what only one of them may: so a promise counts from the approval on. Which money it will
be is not settled before it is paid out; here it is taken as if it were paid on the day, in the order of the promises,
oldest lots first, and what the lots do not hold is money still to be drawn, which is of the first turn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.money import to_tiyn
from lending.applications.shares import agreements_above
from lending.applications.states import PROMISED
from lending.applications.values import Strictness
from lending.chain.facilities import Facility, facilities
from lending.chain.pools import Pool, pool_of
from lending.programmes.application import application_from_json
from lending.programmes.editions import edition
from lending.programmes.facts import facts_of
from lending.programmes.findings import Severity

#: How a share that is not kept is told.
SEVERITY: Mapping[Strictness, Severity] = {"block": "blocks", "warn": "warns"}


@dataclass(frozen=True, slots=True)
class Promise:
    """Tiyn of an agreement promised to one borrower."""

    facility_id: int
    tiyn: int
    start_up: bool


CONTRACTED = text(
    """
    SELECT loan.facility_id, loan.amount - coalesce(paid.tiyn, 0) AS tiyn, loan.start_up
    FROM loan LEFT JOIN LATERAL (
        SELECT sum(amount)::bigint AS tiyn FROM disbursement WHERE loan_id = loan.id
    ) AS paid ON true
    WHERE loan.facility_id = ANY(:facilities) AND loan.status IN ('contracted', 'active')
        AND loan.amount > coalesce(paid.tiyn, 0) AND loan.id <> ALL(CAST(:but_loans AS bigint[]))
    ORDER BY loan.id
    """
)
APPROVED = text(
    """
    SELECT a.facility_id, last.facts FROM application a JOIN LATERAL (
        SELECT state, facts FROM application_step WHERE application_id = a.id ORDER BY number DESC LIMIT 1
    ) AS last ON last.state = ANY(:promised)
    WHERE a.facility_id = ANY(:facilities) AND a.id IS DISTINCT FROM CAST(:but_application AS bigint) ORDER BY a.id
    """
)


def promised(
    session: Session, facility_ids: Collection[int], *, but_application: int | None = None,
    but_loans: Collection[int] = (), everyone: Mapping[int, Facility] | None = None,
) -> list[Promise]:  # fmt: skip
    """What is promised out of agreements, those above them and all funded by these, contracts first.

    ``but_application`` and ``but_loans`` are left out; ``everyone`` are all facilities, where they have been read.
    Hold the agreements by `lending.applications.shares.lock_agreements` before.
    """
    everyone = facilities(session) if everyone is None else everyone
    tops = {list(agreements_above(everyone, each))[-1].id for each in facility_ids}
    family = [each for each in everyone if list(agreements_above(everyone, each))[-1].id in tops]
    asked = {
        "facilities": family, "promised": list(PROMISED), "but_application": but_application,
        "but_loans": list(but_loans),
    }  # fmt: skip
    found = [Promise(row.facility_id, row.tiyn, row.start_up) for row in session.execute(CONTRACTED, asked)]
    for row in session.execute(APPROVED, asked):
        application = application_from_json(row.facts)
        known = facts_of([(application, edition(application.edition or ""))])[0]
        assert application.amount is not None, "approved without a sum"
        found.append(Promise(row.facility_id, to_tiyn(application.amount), known["age_class"] == "start-up"))
    return found


def first_turn(session: Session, promised: Sequence[Promise], on: date) -> list[Promise]:
    """The same promises with the part of each that is first-turn money and goes to others than start-ups."""
    pools: dict[int, Pool] = {}
    found = []
    for each in promised:
        if each.facility_id not in pools:
            pools[each.facility_id] = pool_of(session, each.facility_id, [on])
        pool = pools[each.facility_id]
        turns = {lot.id: lot.turn for lot in pool.lots}
        taken = pool.take(pool.lendable(on), each.tiyn, on)
        again = sum(tiyn for lot_id, tiyn in taken.items() if turns[lot_id] > 1)
        found.append(replace(each, tiyn=0 if each.start_up else each.tiyn - again))
    return found
