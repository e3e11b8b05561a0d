"""What is refused of the file of a bank statement, each by name and with what to do about it.

That a statement adds up, and whose it is, is judged below (`ledger.bank.values`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.bank.values import BadStatement


class NoStatement(BadStatement):
    """A readable file that is no statement: neither the exchange format nor a table with the headings of one."""

    code = "bank-statement-unknown"
    sentence = (
        "Expected a statement in the format 1CClientBankExchange, or a table with the columns date, document number, "
        "money in, money out; found neither. Choose the export for 1C in your internet bank."
    )


@dataclass(eq=False, kw_only=True)
class StatementCut(BadStatement):
    """A file of the exchange format that ends too early."""

    code = "bank-statement-cut"
    sentence = "Expected {expected} before the end of the file. Export the statement anew: this one is cut off."
    expected: str


@dataclass(eq=False, kw_only=True)
class StatementLacks(BadStatement):
    """Something that every statement tells is missing or told in two ways."""

    code = "bank-statement-lacks"
    sentence = "Expected exactly one {what} in {place}; found {found}. Export one account at a time, with its balances."
    what: str
    place: str
    found: str


@dataclass(eq=False, kw_only=True)
class Unreadable(BadStatement):
    """A value that is not what stands there."""

    code = "bank-statement-value"
    sentence = "Expected {expected} as {what} in {place}; found {found}. Export the statement anew, or mend the cell."
    expected: str
    what: str
    place: str
    found: str


@dataclass(eq=False, kw_only=True)
class NeitherSide(BadStatement):
    """A document whose account is on neither side, or on the side that its sum contradicts."""

    code = "bank-statement-side"
    sentence = (
        "{place}: the statement's account {account} is neither clearly the payer's nor clearly the payee's. Export the "
        "statement of one account anew."
    )
    place: str
    account: str
