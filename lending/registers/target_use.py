"""The register of target-use confirmations: one row a document that proves what a loan was spent on.

A row that passes has a positive sum and a document no later than its confirmation. How much of a loan is
proved, and whether in time, is for those who watch over target use.
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
class TargetUse:
    """One sum confirmed by one document."""

    place: Place = field(compare=False)
    contract_number: str
    contract_date: date | None
    confirmed_on: date
    amount: Money
    document_kind: str
    document_number: str
    document_on: date | None


def _problems(rows: Sequence[TargetUse]) -> Iterator[Flaw]:
    yield from undated_contracts(rows)
    for row in rows:
        yield from not_positive(row)
        yield from out_of_order(row, TARGET_USE.kind, "document_on", "confirmed_on")
        yield from out_of_order(row, TARGET_USE.kind, "contract_date", "confirmed_on")
    for row, earlier in repeats(
        rows, lambda row: (row.contract_number, row.contract_date, *_document(row), row.amount)
    ):
        yield Flaw(row.place, "document_number", "duplicate-row", {"earlier": earlier})


def _warnings(rows: Sequence[TargetUse]) -> Iterator[Flaw]:
    """One document under several contracts."""
    first_by_document: dict[Hashable, TargetUse] = {}
    for row in rows:
        first = first_by_document.setdefault(_document(row), row)
        if first.contract_number != row.contract_number:
            yield Flaw(row.place, "document_number", "document-shared", {"earlier": str(first.place)})


def _document(row: TargetUse) -> tuple[str, str, date | None]:
    return row.document_kind, row.document_number, row.document_on


TARGET_USE: Register[TargetUse] = Register(
    kind="target-use",
    make=TargetUse,
    problems=_problems,
    warnings=_warnings,
    dated="confirmed_on",
    columns=(
        Column("contract_number", cells.contract_number),
        Column("contract_date", cells.day, "date", required=False),
        Column("confirmed_on", cells.day, "date"),
        Column("amount", cells.amount, "money"),
        Column("document_kind", cells.choice("document-kind"), "choice", choices="document-kind"),
        Column("document_number", cells.text),
        Column("document_on", cells.day, "date", required=False),
    ),
)
