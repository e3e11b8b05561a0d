"""Statements, their lines and the movements of a book as values, and what is wrong with a statement as a whole.

Sums are whole tiyn; money in is positive, money out negative, as the account's owner sees it. A statement whose
balances and lines do not add up is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from ledger.errors import BadInput, Conflict, Refused
from ledger.money import from_tiyn

#: What tells lines of an account apart: day, number of the document, signed sum. Equal ones are counted.
Key = tuple[date, str, int]


class BadStatement(BadInput):
    """Root of what can be wrong with a statement as a whole."""

    code = "bank-statement"
    sentence = "This is no statement of an account. Export the statement anew and upload that."


@dataclass(eq=False, kw_only=True)
class StatementDoesNotAddUp(BadStatement):
    """Opening balance and lines do not make the closing balance."""

    code = "bank-statement-adds-up"
    sentence = (
        "Opening balance {opening}, {money_in} in and {money_out} out make {made}; the statement closes with "
        "{closing}. Export the whole period anew: lines are missing or told twice."
    )
    opening: str
    money_in: str
    money_out: str
    made: str
    closing: str


@dataclass(eq=False, kw_only=True)
class LineOutsidePeriod(BadStatement):
    """A line of another day than those the statement is about."""

    code = "bank-line-outside-period"
    sentence = "The document {number} is of {day}; the statement is about {first} to {last}. Export the period anew."
    number: str
    day: str
    first: str
    last: str


@dataclass(eq=False, kw_only=True)
class StatementOfAnother(Refused):
    """A statement whose account has another owner than the organisation that takes it in."""

    code = "bank-statement-of-another"
    sentence = "The account of the statement belongs to {owner}; this organisation is {own}. Choose your own statement."
    owner: str
    own: str


@dataclass(eq=False, kw_only=True)
class AlreadyTakenIn(Conflict):
    """The very same file was taken in before."""

    code = "bank-statement-known"
    sentence = (
        "This file was already taken in as statement {statement} by {taken_by} at {taken_at}. Nothing is doubled."
    )
    statement: int
    taken_by: str
    taken_at: datetime


@dataclass(eq=False, kw_only=True)
class LineSettled(Conflict):
    """Something was asked of a line that is matched or set aside already."""

    code = "bank-line-settled"
    sentence = "Line {line} is matched or set aside already. Undo that first, with the reason."
    line: int


@dataclass(eq=False, kw_only=True)
class LineWaits(Conflict):
    """Something is to be undone of a line that is neither matched nor set aside."""

    code = "bank-line-waits"
    sentence = "Line {line} is neither matched nor set aside; there is nothing to undo."
    line: int


@dataclass(eq=False, kw_only=True)
class EntryMatched(Conflict):
    """An entry that a line of a statement has already."""

    code = "bank-entry-matched"
    sentence = "Entry {entry} is matched to another line already, or moves no money of this account. Choose another."
    entry: int


@dataclass(eq=False, kw_only=True)
class SumsDiffer(Refused):
    """Entries whose sum is not that of the line."""

    code = "bank-sums-differ"
    sentence = "The line is of {line}, the entries chosen come to {entries}. Choose entries that make the sum exactly."
    line: str
    entries: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a statement; ``amount`` is positive when money came in. ``code`` is that of the payment's purpose."""

    on: date
    number: str
    amount: int
    other_name: str = ""
    other_id: str = ""
    other_account: str = ""
    purpose: str = ""
    code: str = ""

    @property
    def key(self) -> Key:
        """What a line is recognised by."""
        return self.on, self.number, self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a bank says of an account from ``first_on`` through ``last_on``.

    ``owners`` are the identification numbers that the file gives to the account's own side.
    """

    account: str
    first_on: date
    last_on: date
    opening: int
    closing: int
    lines: tuple[Line, ...]
    owners: frozenset[str] = frozenset()

    @property
    def money_in(self) -> int:
        """All that came in."""
        return sum(line.amount for line in self.lines if line.amount > 0)

    @property
    def money_out(self) -> int:
        """All that went out, as a positive sum."""
        return -sum(line.amount for line in self.lines if line.amount < 0)

    def demand_sound(self) -> None:
        """Refuse a statement that contradicts itself.

        Raises:
            StatementDoesNotAddUp, LineOutsidePeriod.
        """
        for line in self.lines:
            if not self.first_on <= line.on <= self.last_on:
                raise LineOutsidePeriod(
                    number=line.number or "—", day=_day(line.on), first=_day(self.first_on), last=_day(self.last_on)
                )
        made = self.opening + self.money_in - self.money_out
        if made != self.closing:
            raise StatementDoesNotAddUp(
                opening=tenge_text(self.opening), money_in=tenge_text(self.money_in),
                money_out=tenge_text(self.money_out), made=tenge_text(made), closing=tenge_text(self.closing),
            )  # fmt: skip

    def numbered(self) -> Iterator[tuple[int, Line]]:
        """Each line with its place among those that nothing tells apart, from 1."""
        seen: Counter[Key] = Counter()
        for line in self.lines:
            seen[line.key] += 1
            yield seen[line.key], line


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """By what a movement may be recognised: references of the bank, numbers of papers, numbers of identity."""

    references: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money that an entry of a book moves at its bank. ``undone``: a reversal took it back, or is itself one."""

    entry_id: int
    on: date
    amount: int
    clues: Clues = field(default_factory=Clues)
    undone: bool = False


def tenge_text(tiyn: int) -> str:
    """A sum as errors tell it: tenge with two decimals."""
    return f"{from_tiyn(tiyn).amount:.2f}"


def _day(on: date) -> str:
    return on.isoformat()
