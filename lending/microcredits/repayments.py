"""Money from borrowers: how each payment settles what is owed, and where it goes.

A payment is worked out against the position of its loan on its day: interest is accrued to the day, the waterfall
splits what the borrower has given (with any overpayment still held) over what is due, principal returns to the lots
it was lent from, the rest is the lender's own money. What exceeds the dues stays as an overpayment, which later dues
use up, unless the borrower said what it is for: principal ahead of time, or the whole debt. Payments of many loans
are taken together, each on its own day, and those of one loan one after another; each is one event.

Undoing a payment is the business of `lending.microcredits.reversals`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
from moneyed import Money
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.errors import NesieError, NotFound
from ledger.money import from_tiyn, to_tiyn
from ledger.posting import post
from lending import bookings
from lending.chain.lots import put_back
from lending.chain.movements import record, returned
from lending.microcredits.history import latest_movement
from lending.microcredits.loans import locked, locked_loan
from lending.microcredits.positions import Positions, positions
from lending.microcredits.refusals import (
    AmountNotPositive,
    LoanNotOpen,
    NoPosition,
    OverpaymentTooSmall,
    PaymentOutOfOrder,
    PaymentTwice,
    PrepaymentTooLarge,
    SettlementShort,
)
from lending.microcredits.schedules import NewVersion, Reason, add_versions, replay, versions
from lending.microcredits.shares import Shares, booked_parts, payoff, share, to_come
from lending.microcredits.tables import LoanRow, RepaymentRow
from lending.microcredits.values import Intent, Loan, Obstacle, Payment, RegisterLine
from lending.microcredits.waterfall import DEFAULT_ORDER, Part

AHEAD: Mapping[Intent, Literal["shorten", "lower"]] = {
    "prepay-shorten": "shorten", "prepay-lower": "lower", "principal": "lower",
}  # fmt: skip
PREPAID: Mapping[Intent, Reason] = {
    "prepay-shorten": "prepay-shorten", "prepay-lower": "prepay-lower", "principal": "prepay-lower",
}  # fmt: skip
#: Parts that money meant for others never settles.
PASSED_OVER: Mapping[Intent, tuple[Part, ...]] = {
    "principal": ("overdue-interest", "penalty", "current-interest"),
    "interest": ("overdue-principal", "current-principal"),
}
#: Columns of a repayment's row by the column of the shares they hold.
COLUMNS = {
    "amount": "received", "principal": "principal", "interest": "interest", "penalty": "penalty",
    "overpayment": "overpayment", "accrued": "accrued", "penalty_accrued": "penalty_accrued",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repayment:
    """A payment as recorded; amounts in tiyn. ``overpayment`` is negative when an earlier one was used up."""

    id: int
    loan_id: int
    paid_on: date
    amount: int
    principal: int
    interest: int
    penalty: int
    overpayment: int


def repay(session: Session, payments: Sequence[Payment]) -> list[Repayment]:
    """Record payments, all of them or none; returns what became of each, in the order given.

    Raises:
        NesieError: the first obstacle that `obstacles` finds, a settlement that is short, or a prepayment that
            leaves nothing to schedule; nothing is kept.
    """
    found = locked(session, {each.loan_id for each in payments})
    against = obstacles(session, payments, found)
    if against:
        raise against[0].error
    return settle(session, payments, found)


def settle(session: Session, payments: Sequence[Payment], found: Mapping[int, Loan]) -> list[Repayment]:
    """Record payments that have no `obstacles` against the loans ``found``, which are locked; otherwise as `repay`."""
    done: dict[int, Repayment] = {}
    for places in _rounds(payments, found):
        received = [_Received.of(payments[place]) for place in places]
        done.update(zip(places, _settle_round(session, received, found), strict=True))
    return [done[place] for place in range(len(payments))]


def apply_overpayments(session: Session, on: date, books: Collection[int] | None = None) -> list[Repayment]:
    """Let overpayments held on ``on`` pay what is due by then, in all books or in some.

    A loan with a later movement is left alone: that one was worked out with the overpayment in hand.
    """
    held = balances(session, effective_on=on, accounts=["overpayment"], books=books)
    found = locked(session, [int(each.subject.removeprefix("loan:")) for each in held])
    latest = latest_movement(session, found)
    by_order: dict[tuple[Part, ...], list[_Received]] = defaultdict(list)
    for loan_id, each in found.items():
        if latest[loan_id] <= on:
            by_order[each.contract.waterfall].append(_Received(loan_id, on))
    return [done for own in by_order.values() for done in _settle_round(session, own, found, only_if_due=True)]


def refund_overpayment(session: Session, loan_id: int, amount: Money, on: date) -> Repayment:
    """Give an overpayment, or a part of it, back to the borrower.

    Raises:
        OverpaymentTooSmall, AmountNotPositive, PaymentOutOfOrder: nothing is written.
    """
    found = locked_loan(session, loan_id)
    number, tiyn = found.contract.number, to_tiyn(amount)
    held = int(positions(session, on, loan_ids=[loan_id]).overpayment[0])
    latest = latest_movement(session, [loan_id]).get(loan_id, on)
    if tiyn <= 0:
        raise AmountNotPositive(number=number, found=str(amount.amount))
    if tiyn > held:
        raise OverpaymentTooSmall(number=number, left=str(from_tiyn(held).amount), found=str(amount.amount))
    if on < latest:
        raise PaymentOutOfOrder(number=number, latest=str(latest), found=str(on))
    [event] = post(session, [bookings.overpayment_refund(found.contract.lender_id, loan_id, on, tiyn)])
    parts = {"principal": 0, "interest": 0, "penalty": 0, "overpayment": -tiyn, "accrued": 0, "amount": -tiyn}
    row = {"loan_id": loan_id, "paid_on": on, "bank_reference": "", "event_id": event, **parts}
    return _add_rows(session, [row])[0]


def obstacles(session: Session, payments: Sequence[Payment], found: Mapping[int, Loan]) -> list[Obstacle]:
    """What stands against each payment: the state of its loan, its sum, its day, its bank reference."""
    latest = latest_movement(session, found)
    keys = [(each.loan_id, each.paid_on, each.bank_reference) for each in payments]
    taken = {key for key, use in _uses(session, keys).items() if use.stands}
    against: list[Obstacle] = []
    for place, (each, reference) in enumerate(zip(payments, keys, strict=True)):
        loan = found.get(each.loan_id)
        if loan is None:
            against.append(Obstacle(place, "loan_id", NotFound(what="loan", name=str(each.loan_id))))
            continue
        errors = _against(each, loan, latest.get(each.loan_id))
        against += [Obstacle(place, field, error) for field, error in errors]
        if each.bank_reference and reference in taken:
            twice = PaymentTwice(number=loan.contract.number, reference=each.bank_reference, paid_on=str(each.paid_on))
            against.append(Obstacle(place, "bank_reference", twice))
        taken.add(reference)
    return against


def _against(each: Payment, loan: Loan, latest: date | None) -> Iterator[tuple[str, NesieError]]:
    number = loan.contract.number
    if loan.status not in ("active", "repaid"):
        yield "loan_id", LoanNotOpen(number=number, status=loan.status, expected="active")
    if each.amount.amount <= 0:
        yield "amount", AmountNotPositive(number=number, found=str(each.amount.amount))
    if latest is not None and each.paid_on < latest:
        yield "paid_on", PaymentOutOfOrder(number=number, latest=str(latest), found=str(each.paid_on))


#: Loan, day and bank reference of a payment.
Reference = tuple[int, date, str]


class Use(NamedTuple):
    """What is recorded under a reference: how many payments that were undone, and whether one stands."""

    undone: int
    stands: bool


USES = text(
    """
    SELECT own.loan_id, own.paid_on, own.bank_reference, count(undoing.id) AS undone,
        bool_or(undoing.id IS NULL) AS stands
    FROM repayment own
    JOIN unnest(CAST(:loans AS bigint[]), CAST(:days AS date[]), CAST(:references AS text[]))
        AS asked (loan_id, paid_on, bank_reference) USING (loan_id, paid_on, bank_reference)
    LEFT JOIN repayment undoing ON undoing.reverses = own.id
    WHERE own.reverses IS NULL
    GROUP BY own.loan_id, own.paid_on, own.bank_reference
    """
)


def _uses(session: Session, references: Iterable[Reference]) -> dict[Reference, Use]:
    """What is recorded of those ``references`` that name a bank document and were used before."""
    named = {each for each in references if each[2]}
    values = {
        "loans": [loan_id for loan_id, _, _ in named], "days": [day for _, day, _ in named],
        "references": [reference for _, _, reference in named],
    }  # fmt: skip
    return {(row[0], row[1], row[2]): Use(row.undone, row.stands) for row in session.execute(USES, values)}


def _rounds(payments: Sequence[Payment], found: Mapping[int, Loan]) -> list[list[int]]:
    """Places of payments that can be worked out together: of one waterfall, no loan twice, each loan's by day."""
    seen: Counter[int] = Counter()
    rounds: dict[tuple[int, tuple[Part, ...]], list[int]] = defaultdict(list)
    for place, each in sorted(enumerate(payments), key=lambda item: item[1].paid_on):
        rounds[seen[each.loan_id], found[each.loan_id].contract.waterfall].append(place)
        seen[each.loan_id] += 1
    return [places for _, places in sorted(rounds.items())]


@dataclass(frozen=True, slots=True)
class _Received:
    """Money of one loan to be worked out on a day; nothing received: only what is held is looked at."""

    loan_id: int
    on: date
    tiyn: int = 0
    intent: Intent = "due"
    bank_reference: str = ""
    line: RegisterLine | None = None

    @property
    def reference(self) -> Reference:
        """What the bank calls it."""
        return self.loan_id, self.on, self.bank_reference

    @classmethod
    def of(cls, payment: Payment) -> _Received:
        """The money of a payment."""
        tiyn = to_tiyn(payment.amount)
        return cls(payment.loan_id, payment.paid_on, tiyn, payment.intent, payment.bank_reference, payment.line)


def _settle_round(
    session: Session, received: Sequence[_Received], found: Mapping[int, Loan], *, only_if_due: bool = False
) -> list[Repayment]:
    """Work out and record money of different loans of one waterfall; returns the rows in the order given."""
    own = sorted(received, key=lambda each: each.loan_id)
    days = {each.loan_id: each.on for each in own}
    at = positions(session, days)
    for loan_id, reason in at.failures.items():
        raise NoPosition(number=found[loan_id].contract.number, on=str(days[loan_id]), reason=reason)
    shares = share(
        at,
        np.array([each.tiyn for each in own], np.int64),
        settling=np.array([each.intent == "settle" for each in own], bool),
        ahead=np.array([each.intent in AHEAD for each in own], bool),
        barred={
            part: np.array([part in PASSED_OVER.get(each.intent, ()) for each in own], bool) for part in DEFAULT_ORDER
        },
        order=found[own[0].loan_id].contract.waterfall,
    )
    _check_intents(own, at, shares, found)
    if only_if_due:
        used = np.flatnonzero(shares.overpayment)
        own, at, shares = [own[place] for place in used], at.only(used), shares.only(used)
    _add_ahead(session, own, at, shares, found)
    done = _book(session, own, at, shares)
    _mark_repaid(session, own, at, shares)
    by_loan = {each.loan_id: each for each in done}
    return [by_loan[each.loan_id] for each in received if each.loan_id in by_loan]


def _check_intents(own: Sequence[_Received], at: Positions, shares: Shares, found: Mapping[int, Loan]) -> None:
    """Refuse money that is not enough to settle, or more than can be paid ahead."""
    whole, left = payoff(at), to_come(at)
    for place, each in enumerate(own):
        number, given = found[each.loan_id].contract.number, str(from_tiyn(each.tiyn).amount)
        if each.intent == "settle" and each.tiyn < whole[place]:
            expected = str(from_tiyn(whole[place]).amount)
            raise SettlementShort(number=number, expected=expected, on=str(each.on), found=given)
        most = left[place] if each.intent == "principal" else max(left[place], 1) - 1
        if each.intent in AHEAD and shares.ahead[place] > most:
            expected, ahead = (str(from_tiyn(tiyn).amount) for tiyn in (left[place], shares.ahead[place]))
            raise PrepaymentTooLarge(number=number, expected=expected, found=ahead)


def _add_ahead(
    session: Session, own: Sequence[_Received], at: Positions, shares: Shares, found: Mapping[int, Loan]
) -> None:
    """New schedule versions for the loans of which principal is paid ahead and some is left to schedule."""
    left = to_come(at) - shares.ahead
    early = {
        each.loan_id: (each, int(tiyn))
        for each, tiyn, rest in zip(own, shares.ahead, left, strict=True)
        if tiyn and rest
    }
    if not early:
        return
    made = []
    for loan_id, history in versions(session, early).items():
        each, tiyn = early[loan_id]
        after = replay(found[loan_id].contract, history).with_prepayment(each.on, tiyn, AHEAD[each.intent])
        made.append(NewVersion(
            loan_id=loan_id, number=history[-1].number + 1, valid_from=each.on, reason=PREPAID[each.intent],
            principal_before=after.before, plan=after.plan,
        ))  # fmt: skip
    add_versions(session, made)


def _book(session: Session, own: Sequence[_Received], at: Positions, shares: Shares) -> list[Repayment]:
    """Put principal back into lots, post one event a payment, record the movements and the rows."""
    back = [place for place in range(len(own)) if shares.principal[place]]
    items = [
        (int(at.facility_id[place]), own[place].loan_id, int(shares.principal[place]), own[place].on) for place in back
    ]
    lots = dict(zip(back, put_back(session, items), strict=True))
    events = post(
        session,
        [
            bookings.repayment(
                int(at.lender_id[place]), each.loan_id, each.on, _booking(at, shares, place, lots.get(place, {}))
            )
            for place, each in enumerate(own)
        ],
    )
    record(
        session,
        [
            movement
            for place, into in lots.items()
            for movement in returned(own[place].loan_id, own[place].on, into, events[place])
        ],
    )
    uses = _uses(session, [each.reference for each in own])
    rows = [
        {
            "loan_id": each.loan_id, "paid_on": each.on, "event_id": events[place],
            **{name: int(getattr(shares, column)[place]) for name, column in COLUMNS.items()},
            "bank_reference": each.bank_reference,
            "again": uses[each.reference].undone if each.reference in uses else 0,
            "register_id": each.line.register_id if each.line else None,
            "register_row": each.line.row if each.line else None,
        }
        for place, each in enumerate(own)
    ]  # fmt: skip
    return _add_rows(session, rows)


def _booking(at: Positions, shares: Shares, place: int, lots: Mapping[int, int]) -> bookings.RepaymentSplit:
    """The accounts of one payment."""
    return bookings.RepaymentSplit(
        **booked_parts(at, place, int(shares.principal[place]), int(shares.interest[place])),
        received=int(shares.received[place]),
        accrued=int(shares.accrued[place]),
        penalty=int(shares.penalty[place]),
        penalty_accrued=int(shares.penalty_accrued[place]),
        overpayment=int(shares.overpayment[place]),
        into_lots=lots,
    )


def _add_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Repayment]:
    if not rows:
        return []
    table = RepaymentRow
    kept = (
        table.id, table.loan_id, table.paid_on, table.amount, table.principal, table.interest, table.penalty,
        table.overpayment,
    )  # fmt: skip
    added = session.execute(insert(table).returning(*kept, sort_by_parameter_order=True), rows)
    return [Repayment(**row) for row in added.mappings()]


def _mark_repaid(session: Session, own: Sequence[_Received], at: Positions, shares: Shares) -> None:
    """Loans paid out whole (or settled) on which nothing is owed any more are repaid."""
    debt = at.principal - shares.principal + at.interest - shares.interest + at.penalty - shares.penalty
    whole = (at.disbursed == at.amount) | np.array([each.intent == "settle" for each in own], bool)
    ended = at.loan_id[(debt == 0) & whole].tolist()
    if ended:
        session.execute(
            update(LoanRow).where(LoanRow.id.in_(ended), LoanRow.status == "active").values(status="repaid")
        )
