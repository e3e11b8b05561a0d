"""The register of repayments: one row a payment that reached the lender.

A row that passes has a positive sum, and where the lender says how it was split the parts make up the whole.
To which loan it belongs, what it settles and whether it is already recorded are decided by those who know.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from moneyed import Money

from lending.registers import cells
from lending.registers.columns import Column, Flaw, Place, Register
from lending.registers.row_checks import not_positive, out_of_order, repeats, undated_contracts


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """One payment; the split is given whole or not at all, parts left blank beside others being nought."""

    place: Place = field(compare=False)
    contract_number: str
    contract_date: date | None
    paid_on: date
    amount: Money
    principal: Money | None
    interest: Money | None
    penalty: Money | None
    bank_reference: str | None


def _problems(rows: Sequence[Repayment]) -> Iterator[Flaw]:
    yield from undated_contracts(rows)
    for row, earlier in repeats(rows, _same):
        if row.bank_reference:
            yield Flaw(row.place, "bank_reference", "duplicate-row", {"earlier": earlier})
    for row in rows:
        yield from not_positive(row)
        yield from out_of_order(row, REPAYMENTS.kind, "contract_date", "paid_on")
        parts = [part.amount for part in (row.principal, row.interest, row.penalty) if part is not None]
        if parts and sum(parts) != row.amount.amount:
            yield Flaw(row.place, "amount", "parts-differ", {"parts": f"{sum(parts):.2f}"})
        for name in ("principal", "interest", "penalty"):
            if (part := getattr(row, name)) is not None and part.amount < 0:
                yield Flaw(row.place, name, "part-negative")


def _warnings(rows: Sequence[Repayment]) -> Iterator[Flaw]:
    for row, earlier in repeats(rows, _same):
        if not row.bank_reference:
            yield Flaw(row.place, "amount", "similar-row", {"earlier": earlier})


def _same(row: Repayment) -> Hashable:
    return row.contract_number, row.contract_date, row.paid_on, row.amount, row.bank_reference


REPAYMENTS: Register[Repayment] = Register(
    kind="repayments",
    make=Repayment,
    problems=_problems,
    warnings=_warnings,
    dated="paid_on",
    columns=(
        Column("contract_number", cells.contract_number),
        Column("contract_date", cells.day, "date", required=False),
        Column("paid_on", cells.day, "date"),
        Column("amount", cells.amount, "money"),
        Column("principal", cells.amount, "money", required=False),
        Column("interest", cells.amount, "money", required=False),
        Column("penalty", cells.amount, "money", required=False),
        Column("bank_reference", cells.text, required=False),
    ),
)
