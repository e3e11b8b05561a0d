"""What closing a month does for guarantees: they end, their risk follows the loans, their commission is earned.

All guarantees of all books of the run are worked on together: one query for how they stand, one entry a book or pair
of books. The steps are handed to `lending.month_end.close` by whoever composes the close; each compares what should
be booked at the month's end with what is, so doing one twice adds nothing. A pair of books is booked only while both
are open; what is missed then, the next month books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from guarantees import bookings
from guarantees.policy import Practice, default_practice
from guarantees.standing import STANDING, Debt, booked, debts, stood
from guarantees.tables import ClaimRow, ClaimStepRow, GuaranteeChangeRow
from guarantees.values import ENDED, Change, Guarantee, earned
from ledger.periods import last_day, states
from ledger.posting import post
from lending.loan_months import Closed
from lending.month_end import Run, Step

#: Guarantees of some books that a month's end may still change, as they stand on a day: none that ended for good in a
#: month before.
ALIVE = text(
    f"""
    WITH {STANDING}
    SELECT * FROM standing
    WHERE (state NOT IN ('cancelled', 'expired') OR changed_on > date_trunc('month', CAST(:on AS date)))
        AND (guarantor_id = ANY(:books) OR lender_id = ANY(:books))
    ORDER BY id
    """  # noqa: S608 - put together from constants
).bindparams(bindparam("books", type_=ARRAY(BigInteger)))

#: No month's end brings these back.
FOR_GOOD: tuple[Change, ...] = ("cancelled", "expired")


def steps(practice: Practice | None = None) -> tuple[Step, ...]:
    """The steps of a close, in their order; commission becomes income by ``practice`` (None: the default one)."""
    chosen = practice or default_practice()
    return (
        ("guarantees-ended", lambda session, run: Closed(end(session, last_day(run.month), run.books), {})),
        ("guarantee-exposure", _exposure),
        (
            "commission-income",
            lambda session, run: Closed(earn(session, last_day(run.month), run.books, chosen), {}),
        ),
    )


def _exposure(session: Session, run: Run) -> Closed:
    states_then = states(session, run.month)
    shut = {book for book, state in states_then.items() if state in ("locked", "final")}
    return Closed(follow(session, last_day(run.month), run.books, shut), {})


def _alive(session: Session, on: date, books: Collection[int]) -> dict[int, Guarantee]:
    return {row.id: stood(row) for row in session.execute(ALIVE, {"on": on, "books": list(books)})}


def end(session: Session, on: date, books: Collection[int]) -> int:
    """Release guarantees whose loan is repaid, expire those past their claims, bring back those whose loan is due
    again; returns how many changed.

    A guarantee with a claim under way, or changed after ``on``, stays as it is.
    """
    alive = {each.id: each for each in _alive(session, on, books).values() if each.state not in FOR_GOOD}
    behind = debts(session, alive, on)
    spared = _under_claim(session, alive) | _changed_since(session, alive, on)
    changes = {
        each.id: becomes
        for each in alive.values()
        if each.id not in spared and (becomes := _becomes(each, behind[each.id], on)) is not None
    }
    rows = [
        {
            "guarantee_id": each.id, "kind": changes[each.id], "changed_on": on, "share": each.share,
            "amount": each.amount, "expires_on": each.expires_on, "commission": 0, "reason": "month-end",
            "made_by": "month-end", "event_id": None,
        }
        for each in alive.values()
        if each.id in changes
    ]  # fmt: skip
    if rows:
        session.execute(insert(GuaranteeChangeRow), rows)
    return len(rows)


def _becomes(standing: Guarantee, debt: Debt, on: date) -> Change | None:
    """The state a guarantee goes over to at the close of ``on``, if it does."""
    over = debt.repaid and not debt.net_paid
    if standing.state == "released":
        return None if over else "reinstated"
    if over:
        return "released"
    return "expired" if on > standing.claims_until else None


def _under_claim(session: Session, ids: Collection[int]) -> set[int]:
    ended = select(ClaimStepRow.claim_id).where(ClaimStepRow.kind.in_(("refused", "withdrawn", "paid")))
    return set(
        session.scalars(select(ClaimRow.guarantee_id).where(ClaimRow.guarantee_id.in_(ids), ClaimRow.id.not_in(ended)))
    )


def _changed_since(session: Session, ids: Collection[int], on: date) -> set[int]:
    later = select(GuaranteeChangeRow.guarantee_id).where(
        GuaranteeChangeRow.guarantee_id.in_(ids), GuaranteeChangeRow.changed_on > on
    )
    return set(session.scalars(later))


def follow(session: Session, on: date, books: Collection[int], shut: Collection[int] = ()) -> int:
    """Bring the contingent risk of both books to what the loans leave of it; returns how many guarantees moved.

    Guarantees one of whose books is in ``shut`` are passed over.
    """
    standing = _alive(session, on, books)
    behind, at_risk = debts(session, standing, on), booked(session, "guarantee-issued", standing, on)
    moved: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for each in standing.values():
        change = behind[each.id].exposure(each) - at_risk.get(each.id, 0)
        if change and not {each.guarantor_id, each.lender_id} & set(shut):
            moved[each.guarantor_id, each.lender_id][each.id] = change
    post(session, [bookings.exposures(on, *pair, amounts) for pair, amounts in sorted(moved.items())])
    return sum(len(amounts) for amounts in moved.values())


def earn(session: Session, on: date, books: Collection[int], practice: Practice) -> int:
    """Take as income what guarantors among ``books`` have earned by the close of ``on``; returns how many moved.

    A guarantee that has ended has earned all of its commission.
    """
    own = {each.id: each for each in _alive(session, on, books).values() if each.guarantor_id in set(books)}
    taken = booked(session, "commission-income", own, on)
    amounts: dict[int, dict[int, int]] = defaultdict(dict)
    for each in own.values():
        total = each.commission
        due = total if each.state in ENDED else earned(practice.income, total, each.signed_on, each.expires_on, on)
        if change := due - taken.get(each.id, 0):
            amounts[each.guarantor_id][each.id] = change
    post(session, [bookings.income(on, guarantor, some) for guarantor, some in sorted(amounts.items())])
    return sum(len(some) for some in amounts.values())
