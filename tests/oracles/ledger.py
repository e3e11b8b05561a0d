"""The ledger once more, slowly and in memory: what the real one must agree with after every step.

Lists and loops only, no balances kept, no batch, no SQL; the rules are stated as they would be to a new
colleague. Every refusal is the one exception `No`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

Leg = tuple[str, str, int]
Entry = tuple[int, list[Leg]]
STEPS = {("open", "closing"), ("closing", "open"), ("closing", "locked"), ("locked", "open"), ("locked", "final")}


class No(Exception):
    """The rules do not allow it."""


@dataclass
class Booked:
    """One event that was booked."""

    day: date
    entries: list[Entry]
    recorded: datetime | None = None
    reverses: int | None = None


@dataclass
class Ledger:
    """Books that open on a day, events in the order they were booked, and the state of each month of each book."""

    opened: dict[int, date]
    events: list[Booked] = field(default_factory=list)
    months: dict[tuple[int, date], str] = field(default_factory=dict)
    answers: dict[str, tuple[int, int]] = field(default_factory=dict)

    def post(self, batch: Sequence[Booked]) -> None:
        """Book a batch, all of it or nothing."""
        for event in batch:
            for book, _ in event.entries:
                if event.day < self.opened[book] or self.state(book, event.day) != "open":
                    raise No
        self.events.extend(batch)

    def reverse(self, number: int, day: date) -> None:
        """Book the mirror of an event, once, not before it, and not of a mirror."""
        original = self.events[number]
        if original.reverses is not None or any(event.reverses == number for event in self.events):
            raise No
        if day < original.day:
            raise No
        mirrored = [(book, [(a, s, -n) for a, s, n in legs]) for book, legs in original.entries]
        self.post([Booked(day, mirrored, reverses=number)])

    def move(self, book: int, month: date, to: str, *, two_people: bool) -> None:
        """Take a month one step: in order, reopened by two, and not below a later month that is closed."""
        state, opened = self.state(book, month), self.opened[book].replace(day=1)
        if (state, to) not in STEPS or month < opened:
            raise No
        if (state, to) == ("locked", "open") and not two_people:
            raise No
        if to == "open":
            if any(b == book and m > month and s != "open" for (b, m), s in self.months.items()):
                raise No
        elif month != opened:
            before = self.state(book, (date(month.year, month.month, 1) - date.resolution).replace(day=1))
            if before not in ("locked", "final") or (to == "final" and before != "final"):
                raise No
        self.months[book, month] = to

    def command(self, key: str, request: int, event: Booked) -> int:
        """Book an event once for a key; the number of the event, the first time and every time."""
        if key in self.answers:
            before, number = self.answers[key]
            if before != request:
                raise No
            return number
        self.post([event])
        self.answers[key] = (request, len(self.events) - 1)
        return len(self.events) - 1

    def state(self, book: int, day: date) -> str:
        """State of the month of a day."""
        return self.months.get((book, day.replace(day=1)), "open")

    def balances(self, day: date, known_at: datetime | None = None) -> dict[tuple[int, str, str], int]:
        """Every balance other than zero at the close of a day, by what was recorded by a moment."""
        sums: Counter[tuple[int, str, str]] = Counter()
        for event in self.events:
            assert event.recorded
            if event.day <= day and (known_at is None or event.recorded <= known_at):
                for book, legs in event.entries:
                    for account, subject, tiyn in legs:
                        sums[book, account, subject] += tiyn
        return {place: tiyn for place, tiyn in sums.items() if tiyn}
