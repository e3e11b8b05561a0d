"""A slow model of subsidies that follows every tenge: which lot it lies in, which loan has it, what was paid for it.

Money is a list of single coins. A coin is fresh until it was lent and came back; it is subsidised while the subsidy of
its tranche is paid and it was lent out of that tranche to a loan that counts. No coin is ever subsidised twice, and a
subsidy is at most a tenth of the coins it counts. The model knows no tables and no ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

State = Literal["confirmed", "decided", "paid", "withdrawn"]


class Refusal(Exception):
    """What the model does not allow."""


@dataclass(eq=False)
class Coin:
    """One tenge of a tranche: ``turn`` of its present or next loan, and whether a subsidy was paid for it."""

    tranche: int
    turn: int = 1
    loan: int | None = None
    subsidised: bool = False


@dataclass(eq=False)
class Claim:
    """A subsidy on a tranche: the coins it counts, what was decided, and how often the tranche had moved."""

    tranche: int
    coins: list[Coin]
    moves: int
    state: State = "confirmed"
    decided: int = 0


@dataclass
class Subsidies:
    """Coins in the order they came, loans by number with whether they count, and claims in order.

    ``moves`` counts by tranche how often its fresh coins moved, ``first`` is the loan that took a fresh coin,
    ``arrived`` when each pile of coins came: a tranche, or the first return of a turn.
    """

    coins: list[Coin] = field(default_factory=list)
    counting: dict[int, bool] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    moves: dict[int, int] = field(default_factory=dict)
    arrived: dict[str, int] = field(default_factory=dict)
    first: dict[Coin, int] = field(default_factory=dict)
    clock: int = 0

    def tranche(self, number: int, tenge: int) -> None:
        """Fresh money comes."""
        self.clock += 1
        self.moves[number] = 0
        self.arrived[f"tranche {number}"] = self.clock
        self.coins += [Coin(number) for _ in range(tenge)]

    def lend(self, loan: int, tenge: int, *, counts: bool) -> None:
        """A loan takes the coins that have lain longest: of tranches by their day, of turns by their first return."""
        free = sorted((coin for coin in self.coins if coin.loan is None), key=self._age)
        if len(free) < tenge:
            raise Refusal
        self.counting[loan] = counts
        for coin in free[:tenge]:
            coin.loan = loan
            self._moved(coin)

    def free(self) -> int:
        """Coins that may be lent."""
        return sum(coin.loan is None for coin in self.coins)

    def settle(self, loan: int) -> None:
        """All coins of a loan come back, a turn older."""
        for coin in sorted(self._of(loan), key=lambda coin: coin.turn):
            self.clock += 1
            coin.loan, coin.turn = None, coin.turn + 1
            self.arrived.setdefault(f"turn {coin.turn}", self.clock)

    def undo(self, loan: int) -> None:
        """A loan is undone: its coins are back where they were."""
        for coin in self._of(loan):
            self._moved(coin)
            coin.loan = None

    def confirm(self, tranche: int) -> Claim:
        """All coins of a tranche have been lent, and it has no claim that stands."""
        own = [coin for coin in self.coins if coin.tranche == tranche]
        unlent = any(coin.turn == 1 and coin.loan is None for coin in own)
        if unlent or any(each.tranche == tranche and each.state != "withdrawn" for each in self.claims):
            raise Refusal
        counted = [coin for coin in own if self.counting[self.first[coin]]]
        if len(counted) * 100 // 10 == 0:
            raise Refusal
        claim = Claim(tranche, counted, self.moves[tranche])
        self.claims.append(claim)
        return claim

    def decide(self, claim: Claim, tiyn: int) -> None:
        """Once, something, at most a tenth, of what still stands."""
        most = len(claim.coins) * 100 // 10
        if claim.state != "confirmed" or not 0 < tiyn <= most or claim.moves != self.moves[claim.tranche]:
            raise Refusal
        claim.state, claim.decided = "decided", tiyn

    def pay(self, claim: Claim) -> None:
        """Once, what was decided; no coin had been paid for before."""
        if claim.state != "decided" or claim.moves != self.moves[claim.tranche]:
            raise Refusal
        claim.state = "paid"
        for coin in claim.coins:
            assert not coin.subsidised, "a coin is paid for twice"
            coin.subsidised = True

    def reverse(self, claim: Claim) -> None:
        """The money paid is back: its coins are paid for by nobody."""
        if claim.state != "paid":
            raise Refusal
        claim.state = "decided"
        for coin in claim.coins:
            coin.subsidised = False

    def withdraw(self, claim: Claim) -> None:
        """Before it is paid."""
        if claim.state not in ("confirmed", "decided"):
            raise Refusal
        claim.state = "withdrawn"

    def paid(self) -> int:
        """Tiyn paid in all."""
        return sum(each.decided for each in self.claims if each.state == "paid")

    def _of(self, loan: int) -> list[Coin]:
        return [coin for coin in self.coins if coin.loan == loan]

    def _age(self, coin: Coin) -> int:
        return self.arrived[f"tranche {coin.tranche}" if coin.turn == 1 else f"turn {coin.turn}"]

    def _moved(self, coin: Coin) -> None:
        """A fresh coin left its tranche for a loan, or came back undone."""
        if coin.turn == 1:
            self.moves[coin.tranche] += 1
            assert coin.loan is not None, "a coin moves with its loan"
            self.first[coin] = coin.loan
