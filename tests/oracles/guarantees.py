"""Guarantees reckoned the slow way: one allocation and its contracts as plain numbers, every figure added up anew.

What the oracle knows of a contract is what a clerk would keep on a card: the loan, the share, what the borrower repaid,
what the guarantor paid and got back. Nothing here comes from the code under test. Amounts are tiyn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

RATE = Fraction(30, 100)


def half_up(number: Fraction) -> int:
    """The nearest whole number, halves upwards."""
    return (number + Fraction(1, 2)).__floor__()


@dataclass
class Card:
    """One contract."""

    loan: int
    share: Fraction
    cancelled: bool = False
    drawn: bool = False
    repaid: int = 0
    paid: int = 0
    recovered: int = 0
    lender_recovered: int = 0

    @property
    def amount(self) -> int:
        """The guaranteed sum."""
        return 0 if self.cancelled else (self.loan * self.share).__floor__()

    @property
    def commission(self) -> int:
        """What the akimat pays for it."""
        return half_up(self.amount * RATE)

    @property
    def lender_debt(self) -> int:
        """Principal that the borrower owes the lender."""
        return self.loan - self.repaid - self.paid - self.lender_recovered

    @property
    def subrogated(self) -> int:
        """What the borrower owes the guarantor."""
        return self.paid - self.recovered

    @property
    def at_risk(self) -> int:
        """What the guarantor may still have to pay: the share of the borrower's whole debt, less what he bears."""
        if self.cancelled:
            return 0
        return max(((self.lender_debt + self.subrogated) * self.share).__floor__() - self.subrogated, 0)


@dataclass
class Year:
    """An allocation and its contracts."""

    amount: int
    transferred: int = 0
    first: bool = False
    cards: dict[int, Card] = field(default_factory=dict)

    @property
    def absorbed(self) -> int:
        """Commission of all contracts."""
        return sum(card.commission for card in self.cards.values())

    def fits(self, card: Card) -> bool:
        """Whether one more contract stays within the allocation."""
        return self.absorbed + card.commission <= self.amount
