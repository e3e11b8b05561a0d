"""The register of issued loans: one row a microcredit, as its contract was signed and money was paid out.

A row that passes is whole in itself: dates in order, grace shorter than the term, the number of identity of
the right kind for the borrower. Whether the programme allows the loan, whether the facility exists and has
money, and whether the loan is already recorded are decided by those who know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from moneyed import Money

from ledger.identifiers import IdNumber
from lending.registers import cells
from lending.registers.columns import Column, Flaw, Place, Register
from lending.registers.row_checks import not_positive, out_of_order, repeats

#: Kinds of borrower that are registered with a BIN; others with an IIN, or a BIN if several run it together.
ORGANISATIONS = ("legal-entity", "cooperative")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLoan:
    """One microcredit as registered; rates and shares are fractions."""

    place: Place = field(compare=False)
    facility_number: str
    contract_number: str
    contract_date: date
    disbursed_on: date
    amount: Money
    annual_rate: Decimal
    months: int
    every_months: int
    method: str
    day_count: str
    principal_grace_months: int
    interest_grace_months: int
    first_due_on: date | None
    borrower_id: IdNumber
    borrower_name: str
    borrower_kind: str
    registered_on: date | None
    start_up: bool
    purpose: str
    sector: str
    territory: str
    kato: str | None
    oked: str | None
    certificate_kind: str | None
    certificate_number: str | None
    certificate_on: date | None
    referral_number: str | None
    referral_on: date | None
    guarantee_share: Decimal | None
    jobs_promised: int | None
    source: str | None

    @property
    def instalments(self) -> int:
        """Number of payments in the term."""
        return self.months // self.every_months

    @property
    def principal_grace(self) -> int:
        """Payments without principal, from the first."""
        return self.principal_grace_months // self.every_months

    @property
    def interest_grace(self) -> int:
        """Payments without interest, from the first."""
        return self.interest_grace_months // self.every_months


def _problems(rows: Sequence[IssuedLoan]) -> Iterator[Flaw]:
    for row in rows:
        yield from _row_problems(row)
    for row, earlier in repeats(rows, lambda row: (row.contract_number, row.contract_date)):
        yield Flaw(row.place, "contract_number", "duplicate-row", {"earlier": earlier})


def _row_problems(row: IssuedLoan) -> Iterator[Flaw]:
    yield from not_positive(row)
    yield from out_of_order(row, ISSUED_LOANS.kind, "contract_date", "disbursed_on")
    if row.first_due_on == row.disbursed_on:
        yield Flaw(row.place, "first_due_on", "due-at-once")
    yield from out_of_order(row, ISSUED_LOANS.kind, "disbursed_on", "first_due_on")
    yield from _term_problems(row)
    organisation = row.borrower_kind in ORGANISATIONS
    if organisation and (row.borrower_id.kind == "iin" or row.borrower_id.holder == "joint-entrepreneur"):
        yield Flaw(row.place, "borrower_id", "bin-needed")
    if row.borrower_kind == "individual-entrepreneur" and row.borrower_id.holder in (
        "resident",
        "non-resident",
    ):
        yield Flaw(row.place, "borrower_id", "iin-needed")


def _term_problems(row: IssuedLoan) -> Iterator[Flaw]:
    if row.months == 0:
        yield Flaw(row.place, "months", "no-term")
    for name in ("months", "principal_grace_months", "interest_grace_months"):
        if getattr(row, name) % row.every_months:
            yield Flaw(row.place, name, "broken-instalment", {"every": str(row.every_months)})
        elif name != "months" and 0 < row.months <= getattr(row, name):
            yield Flaw(row.place, name, "grace-not-shorter", {"months": str(row.months)})


def _warnings(rows: Sequence[IssuedLoan]) -> Iterator[Flaw]:
    first_by_borrower: dict[IdNumber, IssuedLoan] = {}
    for row in rows:
        yield from out_of_order(row, ISSUED_LOANS.kind, "registered_on", "disbursed_on")
        first = first_by_borrower.setdefault(row.borrower_id, row)
        if first.borrower_name.casefold() != row.borrower_name.casefold():
            yield Flaw(row.place, "borrower_name", "another-name", {"earlier": str(first.place)})


ISSUED_LOANS: Register[IssuedLoan] = Register(
    kind="issued-loans",
    make=IssuedLoan,
    problems=_problems,
    warnings=_warnings,
    dated="disbursed_on",
    columns=(
        Column("facility_number", cells.contract_number),
        Column("contract_number", cells.contract_number),
        Column("contract_date", cells.day, "date"),
        Column("disbursed_on", cells.day, "date"),
        Column("amount", cells.amount, "money"),
        Column("annual_rate", cells.rate, "percent"),
        Column("months", cells.whole, "whole"),
        Column("every_months", cells.every_months, "choice", required=False, default=1, choices="every-months"),
        Column("method", cells.choice("method"), "choice", choices="method"),
        Column(
            "day_count",
            cells.choice("day-count"),
            "choice",
            required=False,
            default="30/360",
            choices="day-count",
        ),
        Column("principal_grace_months", cells.whole, "whole", required=False, default=0),
        Column("interest_grace_months", cells.whole, "whole", required=False, default=0),
        Column("first_due_on", cells.day, "date", required=False),
        Column("borrower_id", cells.id_number),
        Column("borrower_name", cells.text),
        Column("borrower_kind", cells.choice("borrower-kind"), "choice", choices="borrower-kind"),
        Column("registered_on", cells.day, "date", required=False),
        Column("start_up", cells.yes_no, "choice", choices="yes-no"),
        Column("purpose", cells.choice("purpose"), "choice", choices="purpose"),
        Column("sector", cells.choice("sector"), "choice", choices="sector"),
        Column("territory", cells.choice("territory"), "choice", choices="territory"),
        Column("kato", cells.kato, required=False),
        Column("oked", cells.oked, required=False),
        Column(
            "certificate_kind",
            cells.choice("certificate-kind"),
            "choice",
            required=False,
            choices="certificate-kind",
        ),
        Column("certificate_number", cells.text, required=False),
        Column("certificate_on", cells.day, "date", required=False),
        Column("referral_number", cells.text, required=False),
        Column("referral_on", cells.day, "date", required=False),
        Column("guarantee_share", cells.share, "percent", required=False),
        Column("jobs_promised", cells.whole, "whole", required=False),
        Column("source", cells.choice("source"), "choice", required=False, choices="source"),
    ),
)
