"""The intake of repayments: each new row is a payment that settles what its loan owes.

A row with a bank reference is recorded already when its loan has a payment of that day and reference, which must then
be of the same sum. Without one, equal payments of a loan on a day are told apart by their number only: as many as are
recorded are taken to be these. How a payment is split is ours to compute; where the lender's own split differs, the
lender is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.money import from_tiyn, to_tiyn
from lending.microcredits.loans import locked
from lending.microcredits.repayments import obstacles, settle
from lending.microcredits.tables import RepaymentRow
from lending.microcredits.values import Loan, Payment
from lending.registers.columns import Place
from lending.registers.intake import Intake, Objection, closed_months, contracts, differs, line, refusals
from lending.registers.repayments import Repayment

Stored = tuple[dict[tuple[int, object, str], int], Counter[tuple[int, object, int]]]


def payment_intake(session: Session, lender_id: int, rows: Sequence[Repayment]) -> Intake:
    """Compare repayments with what is recorded."""
    about, objections = contracts(session, lender_id, rows)
    found = locked(session, set(about.values()))
    fresh, different = _fresh([row for row in rows if row.place in about], about, _stored(session, found))
    objections += different
    payments = [_payment(about[row.place], row) for row in fresh]
    objections += refusals(fresh, obstacles(session, payments, found), {"loan_id": "contract_number"})
    objections += closed_months(session, lender_id, fresh, "paid_on")
    write = partial(_write, session, fresh, about, found)
    return Intake(objections, len(fresh), len(rows) - len(fresh), write)


def _stored(session: Session, loan_ids: Collection[int]) -> Stored:
    """Payments in force: tiyn by loan, day and bank reference, and how many without one by loan, day and tiyn."""
    table, undoing = RepaymentRow, aliased(RepaymentRow)
    undone = select(undoing.id).where(undoing.reverses == table.id).exists()
    rows = session.execute(
        select(table.loan_id, table.paid_on, table.bank_reference, table.amount).where(
            table.loan_id.in_(loan_ids), table.amount > 0, table.reverses.is_(None), ~undone
        )
    )
    named: dict[tuple[int, object, str], int] = {}
    nameless: Counter[tuple[int, object, int]] = Counter()
    for loan_id, paid_on, reference, amount in rows:
        if reference:
            named[loan_id, paid_on, reference] = amount
        else:
            nameless[loan_id, paid_on, amount] += 1
    return named, nameless


def _fresh(
    rows: Sequence[Repayment], about: dict[Place, int], stored: Stored
) -> tuple[list[Repayment], list[Objection]]:
    """Rows not recorded yet, and objections to those recorded with another sum."""
    named, nameless = stored
    fresh: list[Repayment] = []
    different: list[Objection] = []
    for row in rows:
        loan_id, tiyn = about[row.place], to_tiyn(row.amount)
        before = named.get((loan_id, row.paid_on, row.bank_reference or ""))
        if before is not None:
            different += [differs(row, "amount", from_tiyn(before))] if before != tiyn else []
        elif not row.bank_reference and nameless[loan_id, row.paid_on, tiyn]:
            nameless[loan_id, row.paid_on, tiyn] -= 1
        else:
            fresh.append(row)
    return fresh, different


def _payment(loan_id: int, row: Repayment, register_id: int | None = None) -> Payment:
    return Payment(
        loan_id=loan_id, paid_on=row.paid_on, amount=row.amount, bank_reference=row.bank_reference or "",
        line=None if register_id is None else line(register_id, row),
    )  # fmt: skip


def _write(
    session: Session, rows: Sequence[Repayment], about: dict[Place, int], found: Mapping[int, Loan], register_id: int
) -> dict[str, list[str]]:
    """Record the payments; tells of rows whose split is another than the one computed."""
    done = settle(session, [_payment(about[row.place], row, register_id) for row in rows], found)
    told = []
    for row, paid in zip(rows, done, strict=True):
        parts = {"principal": paid.principal, "interest": paid.interest, "penalty": paid.penalty}
        stated = {name: to_tiyn(part) for name in parts if (part := getattr(row, name)) is not None}
        if any(stated[name] != parts[name] for name in stated):
            told.append(f"{row.place}: " + ", ".join(f"{name} {from_tiyn(parts[name]).amount}" for name in parts))
    return {"split-otherwise": told}
