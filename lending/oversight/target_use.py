"""Target use: documents that prove what a loan was spent on, and how long is left to bring them.

Each confirmation names a document and a sum; together they never exceed what was paid out. The clock runs from the
day the money was received (919-LN-16, RM-LN-10): confirmations are counted against tranches in the order they were
paid out, and the oldest tranche not wholly confirmed sets the day. How many days there are is the programme's word
and comes as an argument; what follows when they run out is decided elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from moneyed import Money
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ledger.errors import Conflict, NesieError, NotFound, Refused
from ledger.money import from_tiyn, to_tiyn
from lending.microcredits.loans import locked, locked_loan
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.microcredits.tables import DisbursementRow
from lending.microcredits.values import Loan, Obstacle, RegisterLine
from lending.oversight.tables import TargetUseRow


@dataclass(eq=False, kw_only=True)
class MoreThanPaidOut(Refused):
    """A confirmation that would prove more than was lent."""

    code = "more-than-paid-out"
    sentence = "Contract {number}: {left} of what was paid out is unconfirmed; found {found}. Lower the sum."
    number: str
    left: str
    found: str


@dataclass(eq=False, kw_only=True)
class ConfirmedTwice(Conflict):
    """The same document for the same sum of the same loan, or a confirmation withdrawn twice."""

    code = "confirmed-twice"
    sentence = "Contract {number}: document {document} over {amount} is recorded already. Leave it out."
    number: str
    document: str
    amount: str


class Document(NamedTuple):
    """What proves the use: an invoice, a contract, an act of acceptance."""

    kind: str
    number: str
    dated: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A sum of a loan proved to be used as agreed, on the day the lender accepted the document."""

    loan_id: int
    confirmed_on: date
    amount: Money
    document: Document
    line: RegisterLine | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a loan stands with its proofs; amounts in tiyn. ``due_on`` None: all that was paid out is proved."""

    loan_id: int
    paid_out: int
    confirmed: int
    due_on: date | None

    def days_left(self, on: date) -> int | None:
        """Days from ``on`` to the due day, negative when it is past, None when nothing is left to prove."""
        return None if self.due_on is None else (self.due_on - on).days


def confirm(session: Session, confirmations: Sequence[Confirmation]) -> list[int]:
    """Record confirmations, all of them or none, and return their ids in order.

    Raises:
        NesieError: the first obstacle that `obstacles` finds.
    """
    found = locked(session, {each.loan_id for each in confirmations})
    against = obstacles(session, confirmations, found)
    if against:
        raise against[0].error
    rows = [
        {
            "loan_id": each.loan_id, "confirmed_on": each.confirmed_on, "amount": to_tiyn(each.amount),
            "document_kind": each.document.kind, "document_number": each.document.number,
            "document_date": each.document.dated, "register_id": each.line.register_id if each.line else None,
            "register_row": each.line.row if each.line else None,
        }
        for each in confirmations
    ]  # fmt: skip
    added = insert(TargetUseRow).returning(TargetUseRow.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows)) if rows else []


def withdraw(session: Session, confirmation_id: int, on: date) -> int:
    """Take a confirmation back by a row with the opposite amount; returns its id.

    Raises:
        NotFound: there is no such confirmation. ConfirmedTwice: it is withdrawn already, or a withdrawal.
    """
    row = session.get(TargetUseRow, confirmation_id)
    if row is None:
        raise NotFound(what="confirmation", name=str(confirmation_id))
    owner = locked_loan(session, row.loan_id)
    document = Document(row.document_kind, row.document_number, row.document_date)
    if row.amount < 0 or not recorded(session, [row.loan_id]).get((row.loan_id, document, row.amount)):
        amount = str(from_tiyn(-row.amount).amount)
        raise ConfirmedTwice(number=owner.contract.number, document=document.number, amount=amount)
    values = {"loan_id": row.loan_id, "confirmed_on": on, "amount": -row.amount}
    named = {"document_kind": document.kind, "document_number": document.number, "document_date": document.dated}
    return session.scalars(insert(TargetUseRow).values(**values, **named).returning(TargetUseRow.id)).one()


def obstacles(session: Session, confirmations: Sequence[Confirmation], found: Mapping[int, Loan]) -> list[Obstacle]:
    """What stands against each confirmation: its loan, its sum, its day, or that it is recorded already."""
    paid, begun = _paid_out(session, found)
    left = defaultdict(int, paid)
    seen = dict.fromkeys(recorded(session, found))
    for loan_id, confirmed in _confirmed(session, found).items():
        left[loan_id] -= confirmed
    against: list[Obstacle] = []
    for place, each in enumerate(confirmations):
        owner = found.get(each.loan_id)
        if owner is None:
            against.append(Obstacle(place, "loan_id", NotFound(what="loan", name=str(each.loan_id))))
            continue
        errors = _against(each, owner.contract.number, begun.get(each.loan_id), left[each.loan_id])
        against += [Obstacle(place, name, error) for name, error in errors]
        left[each.loan_id] -= to_tiyn(each.amount)
        key = (each.loan_id, each.document, to_tiyn(each.amount))
        if key in seen:
            twice = ConfirmedTwice(
                number=owner.contract.number, document=each.document.number, amount=str(each.amount.amount)
            )
            against.append(Obstacle(place, "document", twice))
        seen[key] = None
    return against


def _against(each: Confirmation, number: str, begun: date | None, left: int) -> Iterator[tuple[str, NesieError]]:
    if each.amount.amount <= 0:
        yield "amount", AmountNotPositive(number=number, found=str(each.amount.amount))
    elif to_tiyn(each.amount) > left:
        room = str(from_tiyn(max(left, 0)).amount)
        yield "amount", MoreThanPaidOut(number=number, left=room, found=str(each.amount.amount))
    if begun is not None and each.confirmed_on < begun:
        yield (
            "confirmed_on",
            DatesOutOfOrder(
                number=number, earlier="disbursement", later="confirmation", expected=str(begun),
                found=str(each.confirmed_on),
            ),
        )  # fmt: skip


def recorded(session: Session, loan_ids: Collection[int]) -> dict[tuple[int, Document, int], date]:
    """The confirmations in force by loan, document and tiyn, with the day they were accepted."""
    table = TargetUseRow
    document = (table.document_kind, table.document_number, table.document_date)
    rows = session.execute(
        select(table.loan_id, *document, func.abs(table.amount), func.min(table.confirmed_on))
        .where(table.loan_id.in_(loan_ids))
        .group_by(table.loan_id, *document, func.abs(table.amount))
        .having(func.sum(table.amount) > 0)
    )
    return {(loan_id, Document(kind, number, dated), tiyn): on for loan_id, kind, number, dated, tiyn, on in rows}


def clocks(session: Session, loan_ids: Collection[int], *, days: int) -> list[Clock]:
    """The clocks of loans that were paid out, in order of id; ``days`` from receipt, the last one included."""
    confirmed = _confirmed(session, loan_ids)
    rows = session.execute(
        select(DisbursementRow.loan_id, DisbursementRow.paid_on, DisbursementRow.amount)
        .where(DisbursementRow.loan_id.in_(loan_ids))
        .order_by(DisbursementRow.loan_id, DisbursementRow.paid_on, DisbursementRow.id)
    )
    found: dict[int, Clock] = {}
    for loan_id, paid_on, amount in rows:
        proved = confirmed.get(loan_id, 0)
        before = found.get(loan_id, Clock(loan_id, 0, proved, None))
        paid = before.paid_out + amount
        opens = before.due_on is None and paid > proved
        found[loan_id] = Clock(loan_id, paid, proved, paid_on + timedelta(days) if opens else before.due_on)
    return list(found.values())


def _paid_out(session: Session, loan_ids: Collection[int]) -> tuple[dict[int, int], dict[int, date]]:
    """Tiyn paid out and the day of the first disbursement, by loan."""
    rows = session.execute(
        select(DisbursementRow.loan_id, func.sum(DisbursementRow.amount), func.min(DisbursementRow.paid_on))
        .where(DisbursementRow.loan_id.in_(loan_ids))
        .group_by(DisbursementRow.loan_id)
    ).all()
    return {row[0]: int(row[1]) for row in rows}, {row[0]: row[2] for row in rows}


def _confirmed(session: Session, loan_ids: Collection[int]) -> dict[int, int]:
    """Tiyn confirmed, by loan; loans without confirmations are absent."""
    rows = session.execute(
        select(TargetUseRow.loan_id, func.sum(TargetUseRow.amount))
        .where(TargetUseRow.loan_id.in_(loan_ids))
        .group_by(TargetUseRow.loan_id)
    )
    return {loan_id: int(total) for loan_id, total in rows}
