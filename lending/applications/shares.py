"""How much of an agreement goes to start-ups: measured while lending, foreseen, and kept within reach.

A creditor owes a share of the sum of its agreement to start-ups, and passes the duty down to every lender it funds
(746-CR-11; reading A-51: by amount, of the agreed sum, first-turn money only). So others than start-ups may have what
is left of the agreed sum: a loan that would take more puts the share out of reach, whatever is lent afterwards. Money
that went back unlent is out of reach too. Whether such a loan is refused or pointed out is the caller's choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.locks import lock
from ledger.money import from_tiyn
from lending.chain.facilities import Facility, facilities
from lending.chain.pools import lots_of
from lending.programmes.editions import edition
from lending.programmes.findings import Finding, Severity
from lending.programmes.provisions import Case

#: Links whose borrower owes the share: a creditor of the akimat, and the lenders it funds.
OWING = ("operator-loan", "funding-line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Where an agreement stands. Tiyn of first-turn money, with all agreements funded out of it.

    ``required`` is the share of ``agreed``, rounded up; ``gone`` went back, or has to go back, without being lent.
    """

    facility: Facility
    law: Case[Decimal]
    required: int
    start_ups: int
    others: int
    gone: int

    @property
    def agreed(self) -> int:
        """The sum of the agreement, tiyn."""
        return self.facility.amount

    @property
    def room(self) -> int:
        """What others than start-ups may still have; below nothing when the share is out of reach."""
        return self.agreed - self.required - self.others - self.gone

    @property
    def missing(self) -> int:
        """What start-ups must still have for the share to be met; at least 0."""
        return max(0, self.required - self.start_ups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What it takes to meet a share by the end of the utilisation period.

    ``deadline`` is inclusive, None where there is none; ``months_left`` counts begun months. ``monthly`` is what
    start-ups must have each month, ``expected`` what they will have had by the deadline at the pace so far; tiyn.
    """

    share: Share
    deadline: date | None
    months_left: int
    monthly: int
    expected: int

    @property
    def on_course(self) -> bool:
        """Whether the share is met, or will be at the pace so far."""
        return max(self.share.start_ups, self.expected) >= self.share.required


LENT = text(
    """
    SELECT lot.facility_id,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'lent' AND loan.start_up), 0)::bigint AS start_ups,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'lent' AND NOT loan.start_up), 0)::bigint AS others,
        coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'repaid'), 0)::bigint AS gone
    FROM lot JOIN lot_movement m ON m.lot_id = lot.id LEFT JOIN loan ON loan.id = m.loan_id
    WHERE lot.turn = 1 AND lot.facility_id = ANY(:facilities) AND m.moved_on <= :on GROUP BY lot.facility_id
    """
)
GONE = text(
    """
    SELECT r.facility_id, sum(r.amount)::bigint AS tiyn FROM budget_return r JOIN lot ON lot.id = r.lot_id
    WHERE lot.turn = 1 AND r.facility_id = ANY(:facilities) AND r.arisen_on <= :on GROUP BY r.facility_id
    """
)


LINEAGE = text(
    """
    WITH RECURSIVE lineage AS (
        SELECT id, parent_id FROM facility WHERE id = ANY(:facilities)
        UNION
        SELECT above.id, above.parent_id FROM facility above JOIN lineage ON above.id = lineage.parent_id
    )
    SELECT id FROM lineage
    """
)


def agreements_above(everyone: Mapping[int, Facility], facility_id: int) -> Iterator[Facility]:
    """An agreement and those its money came through, from below, as far as they are known."""
    at: int | None = facility_id
    while at is not None and at in everyone:
        yield everyone[at]
        at = everyone[at].parent_id


def lock_agreements(session: Session, facility_ids: Collection[int]) -> None:
    """Hold agreements together with those above them: the shares of all of them are then as they are read."""
    lock(session, "facility", session.scalars(LINEAGE, {"facilities": list(facility_ids)}))


@dataclass(frozen=True, slots=True)
class FirstTurn:
    """First-turn money of an agreement and all that it funds, tiyn: lent to start-ups, to others, and not lent."""

    start_ups: int
    others: int
    gone: int


def first_turn_money(session: Session, facility_ids: Collection[int], on: date = date.max) -> dict[int, FirstTurn]:
    """Where first-turn money of agreements went by the close of a day, whether or not they owe a share."""
    return _first_turn_money(session, facilities(session), facility_ids, on)


def _first_turn_money(
    session: Session, everyone: Mapping[int, Facility], facility_ids: Collection[int], on: date
) -> dict[int, FirstTurn]:
    below: dict[int, list[int]] = {each: [] for each in facility_ids}
    for each in everyone:
        for above in agreements_above(everyone, each):
            if above.id in below:
                below[above.id].append(each)
    asked = {"facilities": sorted({one for own in below.values() for one in own}), "on": on}
    lent = {row.facility_id: (row.start_ups, row.others, row.gone) for row in session.execute(LENT, asked)}
    gone: dict[int, int] = {row.facility_id: row.tiyn for row in session.execute(GONE, asked)}
    found = {}
    for each, own in below.items():
        parts = [lent.get(one, (0, 0, 0)) for one in own]
        start_ups, others, back = (sum(part[place] for part in parts) for place in range(3))
        found[each] = FirstTurn(start_ups, others, back + sum(gone.get(one, 0) for one in own))
    return found


def shares(session: Session, on: date = date.max, facility_ids: Collection[int] | None = None) -> dict[int, Share]:
    """Where the given agreements, or all, stand at the close of a day; those that owe no share are left out."""
    return _shares(session, facilities(session), on, facility_ids)


def _shares(
    session: Session, everyone: Mapping[int, Facility], on: date, facility_ids: Collection[int] | None
) -> dict[int, Share]:
    owing = {
        each.id: (each, law[0])
        for each in everyone.values()
        if (facility_ids is None or each.id in facility_ids)
        and each.link in OWING
        and (law := edition(each.edition).provision("oversight.start_up_share_min"))
    }
    money = _first_turn_money(session, everyone, owing, on)
    return {
        each: Share(
            facility=own,
            law=law,
            required=ceil(Fraction(law.value) * own.amount),
            start_ups=money[each].start_ups,
            others=money[each].others,
            gone=money[each].gone,
        )
        for each, (own, law) in owing.items()
    }


class Quota:
    """What others than start-ups may still have of agreements and those above them, taken loan by loan.

    ``everyone`` are all facilities, as they were read with the shares.
    """

    def __init__(self, everyone: Mapping[int, Facility], known: Mapping[int, Share]) -> None:
        self.everyone = everyone
        self._known = known
        self._room = {each: share.room for each, share in known.items()}

    def take(self, facility_id: int, tiyn: int, severity: Severity) -> Finding | None:
        """Lend first-turn ``tiyn`` to another than a start-up: a finding, and nothing taken, if a share forbids it."""
        held = [each.id for each in agreements_above(self.everyone, facility_id) if each.id in self._room]
        for each in held if tiyn > 0 else ():
            if tiyn > self._room[each]:
                return self._finding(self._known[each], self._room[each], tiyn, severity)
        self.promise(facility_id, tiyn)
        return None

    def promise(self, facility_id: int, tiyn: int) -> None:
        """Count first-turn ``tiyn`` that another than a start-up has already."""
        for each in agreements_above(self.everyone, facility_id):
            if each.id in self._room:
                self._room[each.id] -= tiyn

    def _finding(self, share: Share, room: int, tiyn: int, severity: Severity) -> Finding:
        told = {
            "agreement": share.facility.number,
            "agreed": from_tiyn(share.agreed),
            "share": share.law.value,
            "required": from_tiyn(share.required),
        }
        limit, actual = from_tiyn(max(room, 0)), from_tiyn(tiyn)
        return Finding(share.law.rule, severity, "start-up-share", share.law.clause, limit, actual, told)


def quota(session: Session, facility_ids: Collection[int]) -> Quota:
    """The quota of agreements as lent so far; hold them by `lock_agreements` before."""
    everyone = facilities(session)
    held = {each.id for one in facility_ids for each in agreements_above(everyone, one)}
    return Quota(everyone, _shares(session, everyone, date.max, held))


def forecasts(session: Session, on: date, facility_ids: Collection[int] | None = None) -> list[Forecast]:
    """What it takes from a day on to meet each share by the last utilisation deadline of the agreement's money."""
    found = shares(session, on, facility_ids)
    arrived: dict[int, list[date]] = {each: [] for each in found}
    for lot in lots_of(session, found):
        if lot.kind == "fresh" and lot.arrived_on <= on:
            arrived[lot.facility_id].append(lot.arrived_on)
    return [_forecast(share, on, arrived[each]) for each, share in found.items()]


def _forecast(share: Share, on: date, arrived: Collection[date]) -> Forecast:
    begun = min(arrived, default=share.facility.signed_on)
    deadlines = [share.facility.utilise_by(day) for day in arrived or (begun,)]
    deadline = max((day for day in deadlines if day is not None), default=None)
    left = 0 if deadline is None else max(0, months(on, deadline))
    passed = max(1, months(begun, on))
    return Forecast(
        share=share,
        deadline=deadline,
        months_left=left,
        monthly=ceil(Fraction(share.missing, left)) if left else share.missing,
        expected=share.start_ups + share.start_ups * left // passed,
    )


def months(start: date, end: date) -> int:
    """Months begun from ``start`` to ``end``, that day included; 0 when ``end`` is before."""
    if end < start:
        return 0
    return (end.year - start.year) * 12 + end.month - start.month + (1 if end.day >= start.day else 0)
