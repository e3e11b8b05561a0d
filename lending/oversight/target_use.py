"""Target use: documents that prove what a loan was spent on.

Each confirmation names a document, a sum and who checked it; together they never exceed what was paid out. How long
there is to bring them is told by `lending.oversight.cases`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ledger.errors import NesieError, NotFound
from ledger.money import from_tiyn, to_tiyn
from lending.microcredits.loans import locked, locked_loan
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.microcredits.tables import DisbursementRow
from lending.microcredits.values import Loan, Obstacle
from lending.oversight.refusals import ConfirmedTwice, MoreThanPaidOut, NobodyNamed
from lending.oversight.tables import TargetUseRow
from lending.oversight.values import Confirmation, Document


def confirm(session: Session, confirmations: Sequence[Confirmation]) -> list[int]:
    """Record confirmations, all of them or none, and return their ids in order.

    Raises:
        NesieError: the first obstacle that `obstacles` finds. NobodyNamed: neither a checker nor a register.
    """
    found = locked(session, {each.loan_id for each in confirmations})
    against = obstacles(session, confirmations, found)
    if against:
        raise against[0].error
    for each in confirmations:
        if each.line is None and not each.checked_by.strip():
            raise NobodyNamed(number=found[each.loan_id].contract.number)
    rows = [
        {
            "loan_id": each.loan_id, "confirmed_on": each.confirmed_on, "amount": to_tiyn(each.amount),
            "document_kind": each.document.kind, "document_number": each.document.number,
            "document_date": each.document.dated, "sha256": each.sha256, "checked_by": each.checked_by,
            "register_id": each.line.register_id if each.line else None,
            "register_row": each.line.row if each.line else None,
        }
        for each in confirmations
    ]  # fmt: skip
    added = insert(TargetUseRow).returning(TargetUseRow.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows)) if rows else []


def withdraw(session: Session, confirmation_id: int, on: date, by: str) -> int:
    """Take a confirmation back by a row with the opposite amount, in the name of ``by``; returns its id.

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
    values = {"loan_id": row.loan_id, "confirmed_on": on, "amount": -row.amount, "checked_by": by}
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
