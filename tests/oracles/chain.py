"""A slow model of one chain of three links, to compare the real one with.

Lots are lists of dated movements, and every question is answered by adding them up again. Nothing is optimised and
nothing is shared with the code under test but the words. Sums are tiyn, links are numbered from the top: 0 budget
credit, 1 operator loan, 2 funding line. `Refusal` is raised before anything is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

FAR = date(9999, 1, 1)


class Refusal(Exception):
    """The model does not allow it."""


@dataclass(eq=False)
class Lot:
    """A lot with every movement it ever had; ``owed`` are sums owed to the budget from a day on, and paid."""

    link: int
    kind: str
    turn: int
    year: int
    arrived: date
    until: date
    moves: list[tuple[date, str, int]] = field(default_factory=list)
    owed: list[tuple[date, int]] = field(default_factory=list)

    def balance(self, on: date) -> int:
        """Tiyn in the lot at the close of a day."""
        return sum(tiyn for day, _, tiyn in self.moves if day <= on)

    def free(self, on: date) -> int:
        """Tiyn that may leave on a day without a shortage on any later day."""
        every = [(day, tiyn) for day, _, tiyn in self.moves] + [(day, -tiyn) for day, tiyn in self.owed]
        days = [on, *(day for day, _ in every if day > on)]
        return max(0, min(sum(tiyn for day, tiyn in every if day <= each) for each in days))


@dataclass(eq=False)
class Event:
    """What happened, kept so that it can be undone: movements of lots, changes of debts and of loans."""

    what: str
    reason: int
    moves: list[tuple[Lot, str, int]] = field(default_factory=list)
    debts: dict[int, int] = field(default_factory=dict)
    loans: list[tuple[int, int, int]] = field(default_factory=list)
    planned: tuple[int, ...] = ()
    owed: Lot | None = None


class Chain:
    """The whole model. ``until_fresh`` and ``until_returned`` tell the windows of a link, from outside."""

    def __init__(
        self,
        agreed: int,
        until_fresh: Callable[[int, date], date | None],
        until_returned: Callable[[int, int], date | None],
        *,
        returns_unused: bool,
    ) -> None:
        self.agreed = agreed
        self.until_fresh = until_fresh
        self.until_returned = until_returned
        self.returns_unused = returns_unused
        self.lots: list[Lot] = []
        self.debts = [0, 0, 0]
        self.owed: list[tuple[Lot, int]] = []
        self.loans: dict[int, dict[int, int]] = {}
        self.plans: list[list[int]] = [[], [], []]
        self.events = 0

    def of(self, link: int) -> list[Lot]:
        """Lots of a link, in the order they were made."""
        return [lot for lot in self.lots if lot.link == link]

    def lend(self, link: int, wanted: Iterable[tuple[int, date]]) -> list[dict[Lot, int]]:
        """Which lots each sum comes from, oldest first, several at once in order of dates."""
        taken: dict[Lot, list[tuple[date, int]]] = {}
        found = []
        for tiyn, on in wanted:
            parts: dict[Lot, int] = {}
            for lot in sorted(self.of(link), key=lambda each: each.arrived):
                if on <= lot.until:
                    trial = replace(lot, moves=lot.moves + [(day, "lent", -part) for day, part in taken.get(lot, [])])
                    part = min(tiyn - sum(parts.values()), trial.free(on))
                    if part:
                        parts[lot] = part
            if sum(parts.values()) < tiyn:
                raise Refusal
            for lot, part in parts.items():
                taken.setdefault(lot, []).append((on, part))
            found.append(parts)
        return found

    def draw(self, link: int, tiyn: int, on: date) -> tuple[Event, Lot]:
        """Money goes down a link."""
        drawn = sum(part for lot in self.of(link) for _, kind, part in lot.moves if kind == "received")
        if drawn + tiyn > self.agreed:
            raise Refusal
        [sources] = self.lend(link - 1, [(tiyn, on)]) if link else [{}]
        lot = Lot(link, "fresh", 1, on.year, on, self.until_fresh(link, on) or FAR)
        self.lots.append(lot)
        event = self._event("draw", debts={link: tiyn}, planned=(link,))
        event.moves = [(lot, "received", tiyn), *((source, "lent", -part) for source, part in sources.items())]
        self._do(event, on)
        return event, lot

    def take(self, wanted: list[tuple[int, int, date]]) -> list[Event]:
        """Loans are disbursed out of the last link, several at once."""
        events = []
        for (loan, _, on), parts in zip(wanted, self.lend(2, [(tiyn, on) for _, tiyn, on in wanted]), strict=True):
            event = self._event("take")
            event.moves = [(lot, "lent", -part) for lot, part in parts.items()]
            event.loans = [(loan, lot.turn, part) for lot, part in parts.items()]
            self._do(event, on)
            events.append(event)
        return events

    def put_back(self, loan: int, tiyn: int, on: date) -> Event:
        """Principal of a loan comes back, first drawn first."""
        outstanding = self.loans.get(loan, {})
        if tiyn > sum(outstanding.values()):
            raise Refusal
        event = self._event("put back")
        for turn, left in outstanding.items():
            part = min(left, tiyn)
            tiyn -= part
            if part:
                event.loans.append((loan, turn, -part))
        for _, turn, part in sorted(event.loans):
            event.moves.append((self.returned(2, on, turn + 1), "returned", -part))
        self._do(event, on)
        return event

    def returned(self, link: int, on: date, turn: int) -> Lot:
        """The returned lot of a year and turn, made when it is first needed."""
        for lot in self.of(link):
            if (lot.kind, lot.year, lot.turn) == ("returned", on.year, turn):
                return lot
        lot = Lot(link, "returned", turn, on.year, on, self.until_returned(link, on.year) or FAR)
        self.lots.append(lot)
        return lot

    def pay(self, link: int, tiyn: int, on: date, *, early: bool) -> Event:
        """Principal goes up a link, from lots and for lack of them from own money."""
        if tiyn > self.debts[link]:
            raise Refusal
        event = self._event("pay", debts={link: -tiyn}, planned=(link,) if early else ())
        left = tiyn
        for lot in sorted(self.of(link), key=lambda each: (each.kind == "fresh", each.arrived)):
            part = min(left, lot.free(on))
            left -= part
            if part:
                event.moves.append((lot, "repaid", -part))
        if link:
            event.moves.append((self.returned(link - 1, on, 2), "returned", tiyn))
        self._do(event, on)
        return event

    def expire(self, on: date) -> list[int]:
        """What is left in lots whose time is over becomes owed to the budget: the sums."""
        sums = []
        for lot in sorted(self.lots, key=lambda each: each.link):
            returnable = self.returns_unused if lot.kind == "fresh" else lot.link == 2
            part = min(lot.free(on), self.debts[lot.link])
            if returnable and lot.until < on and part:
                event = self._event("expire", debts={lot.link: -part}, planned=(lot.link,))
                self._do(event, on)
                lot.owed.append((on, part))
                self.owed.append((lot, part))
                sums.append(part)
        return sums

    def pay_return(self, place: int, on: date) -> Event:
        """A sum owed to the budget walks up every link that still owes something."""
        lot, tiyn = self.owed.pop(place)
        event = self._event("pay return", planned=tuple(range(lot.link)))
        event.owed = lot
        source = lot
        for link in range(lot.link, -1, -1):
            if link < lot.link:
                tiyn = min(tiyn, self.debts[link])
                event.debts[link] = -tiyn
            event.moves.append((source, "budget", -tiyn))
            if link:
                source = self.returned(link - 1, on, 2)
                event.moves.append((source, "returned", tiyn))
        event.planned = tuple(link for link in event.planned if event.debts.get(link))
        lot.owed.append((on, event.moves[0][2]))
        self._do(event, on)
        return event

    def undo(self, event: Event, on: date) -> Event:
        """The opposite event, unless the money, the loan, the debt or the plan has moved on."""
        if not self._can_undo(event, on):
            raise Refusal
        for link in event.planned:
            self.plans[link].pop()
        opposite = Event(
            event.what,
            event.reason,
            [(lot, kind, -tiyn) for lot, kind, tiyn in event.moves],
            {link: -tiyn for link, tiyn in event.debts.items()},
            [(loan, turn, -tiyn) for loan, turn, tiyn in event.loans],
        )
        self._do(opposite, on)
        if event.owed is not None:
            tiyn = -event.moves[0][2]
            event.owed.owed.append((on, tiyn))
            self.owed.append((event.owed, tiyn))
        return opposite

    def _can_undo(self, event: Event, on: date) -> bool:
        """Whether the money is there, was not repaid since, and no later event has changed a plan."""
        lots = {lot for lot, _, _ in event.moves}
        brought = {lot: sum(tiyn for into, _, tiyn in event.moves if into is lot) for lot in lots}
        lent = {(loan, turn) for loan, turn, _ in event.loans}
        to_loans = {key: sum(tiyn for *whom, tiyn in event.loans if tuple(whom) == key) for key in lent}
        return (
            all(tiyn <= lot.free(on) for lot, tiyn in brought.items())
            and all(tiyn <= self.loans[loan][turn] for (loan, turn), tiyn in to_loans.items())
            and all(tiyn <= self.debts[link] for link, tiyn in event.debts.items())
            and all(self.plans[link][-1] == event.reason for link in event.planned)
        )

    def _event(self, what: str, debts: dict[int, int] | None = None, planned: tuple[int, ...] = ()) -> Event:
        self.events += 1
        return Event(what, self.events, debts=debts or {}, planned=planned)

    def _do(self, event: Event, on: date) -> None:
        for lot, kind, tiyn in event.moves:
            if tiyn:
                lot.moves.append((on, kind, tiyn))
        for link, tiyn in event.debts.items():
            self.debts[link] += tiyn
        for loan, turn, tiyn in event.loans:
            turns = self.loans.setdefault(loan, {})
            turns[turn] = turns.get(turn, 0) + tiyn
        for link in event.planned:
            self.plans[link].append(event.reason)
