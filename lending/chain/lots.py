"""Lots towards the end borrower: lending takes money out of them, principal repaid comes back into them.

Lending uses the oldest money first, fresh and returned alike, and only money that may still be lent on the day.
Principal that comes back enters the returned lot of its financial year, one turn after the turn it was lent in;
which turn that was is told by the loan's own draws, first drawn, first returned. Both verbs only say which lots;
the caller posts the event and records the movements, and then asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.locks import lock
from lending.chain.facilities import Facility, facilities
from lending.chain.movements import outstanding_by_turn
from lending.chain.pools import Pool, lots_of, pools_of
from lending.chain.refusals import MoreThanLent, NotEnoughMoney, NotPositive, amount


def take(session: Session, items: Sequence[tuple[int, int, int, date]]) -> list[dict[int, int]]:
    """Find the money for disbursements ``(facility id, loan id, tiyn, on)``: tiyn by lot for each item.

    The facilities stay locked until the transaction ends; the money of each is allocated in order of dates. Record
    the movements (`lending.chain.movements.lent`) before taking again from the same facilities.

    Raises:
        NotEnoughMoney: the lots that may be lent from on a day hold too little; nothing is taken.
    """
    lock(session, "facility", {facility_id for facility_id, *_ in items})
    lenders = facilities(session, {facility_id for facility_id, *_ in items})
    pools = pools_of(session, lenders, {on for *_, on in items})
    taken: dict[int, dict[int, int]] = {}
    for place, (facility_id, _, tiyn, on) in sorted(enumerate(items), key=lambda item: item[1][3]):
        taken[place] = lend_from(pools[facility_id], lenders[facility_id], tiyn, on)
    return [taken[place] for place in range(len(items))]


def lend_from(pool: Pool, lender: Facility, tiyn: int, on: date) -> dict[int, int]:
    """Take exactly ``tiyn`` from the lots of a pool that may be lent from on a day, oldest first.

    Raises:
        NotEnoughMoney: with what each lot holds. NotPositive.
    """
    if tiyn <= 0:
        raise NotPositive(found=amount(tiyn))
    lots = pool.lendable(on)
    usable = pool.free_in(lots, on)
    if usable < tiyn:
        holdings = (
            f"{lot.id} ({lot.kind}, turn {lot.turn}, of {lot.financial_year}, until {lot.usable_until or 'no limit'}): "
            f"{amount(pool.free(lot.id, on))}"
            for lot in pool.lots
        )
        raise NotEnoughMoney(
            number=lender.number, on=str(on), wanted=amount(tiyn), usable=amount(usable),
            lots="; ".join(holdings) or "none",
        )  # fmt: skip
    return pool.take(lots, tiyn, on)


def put_back(session: Session, items: Sequence[tuple[int, int, int, date]]) -> list[dict[int, int]]:
    """Find the lots that repaid principal ``(facility id, loan id, tiyn, on)`` enters: tiyn by lot for each item.

    All the facilities stay locked until the transaction ends; missing lots are made. A loan's items are matched in
    order of dates. Record the movements (`lending.chain.movements.returned`) before putting back again.

    Raises:
        MoreThanLent: more principal than the loan has outstanding. NotPositive.
    """
    if not items:
        return []
    lock(session, "facility", {facility_id for facility_id, *_ in items})
    owners = facilities(session, {facility_id for facility_id, *_ in items})
    outstanding = outstanding_by_turn(session, {loan_id for _, loan_id, *_ in items})
    turns: dict[int, dict[int, int]] = {}
    for place, (_, loan_id, tiyn, _) in sorted(enumerate(items), key=lambda item: item[1][3]):
        turns[place] = _match(loan_id, outstanding[loan_id], tiyn)
    wanted = {(items[place][0], items[place][3], turn + 1) for place, parts in turns.items() for turn in parts}
    lots = returned_lots(session, owners, wanted)
    return [
        {lots[facility_id, on.year, turn + 1]: tiyn for turn, tiyn in turns[place].items()}
        for place, (facility_id, _, _, on) in enumerate(items)
    ]


def _match(loan_id: int, outstanding: dict[int, int], tiyn: int) -> dict[int, int]:
    """Split a return by the turns its money was lent in, and take it off what is outstanding."""
    total = sum(outstanding.values())
    if tiyn <= 0:
        raise NotPositive(found=amount(tiyn))
    if tiyn > total:
        raise MoreThanLent(loan=loan_id, outstanding=amount(total), returned=amount(tiyn))
    parts: dict[int, int] = {}
    for turn, left in outstanding.items():
        part = min(left, tiyn)
        if part:
            parts[turn] = part
            outstanding[turn] -= part
            tiyn -= part
    return parts


MAKE_LOTS = text(
    """
    INSERT INTO lot (facility_id, kind, turn, financial_year, arrived_on, usable_until)
    SELECT facility_id, 'returned', turn, extract(year FROM arrived_on), arrived_on, usable_until
    FROM unnest(CAST(:facility AS bigint[]), CAST(:turn AS int[]), CAST(:arrived AS date[]), CAST(:until AS date[]))
        AS wanted (facility_id, turn, arrived_on, usable_until)
    ORDER BY arrived_on, facility_id, turn
    ON CONFLICT DO NOTHING
    """
)


def returned_lots(
    session: Session, owners: dict[int, Facility], wanted: Iterable[tuple[int, date, int]]
) -> dict[tuple[int, int, int], int]:
    """Lot ids by (facility, financial year, turn) for money returning as ``wanted``: (facility, on, turn).

    Missing lots are made; hold the locks of the facilities before.
    """
    ordered = sorted(wanted)
    session.execute(
        MAKE_LOTS,
        {
            "facility": [facility_id for facility_id, _, _ in ordered],
            "turn": [turn for _, _, turn in ordered],
            "arrived": [on for _, on, _ in ordered],
            "until": [owners[facility_id].relent_until(on.year) for facility_id, on, _ in ordered],
        },
    )
    return {
        (lot.facility_id, lot.financial_year, lot.turn): lot.id
        for lot in lots_of(session, owners)
        if lot.kind == "returned"
    }
