"""The rules by which lines of a statement and movements of the book find each other. Pure: values in, pairs out.

Money must be the same to the tiyn and go the same way; nothing is ever matched that differs. By itself the machine
matches only what it cannot confuse: one line and one movement that have nobody else. All others are left to a person,
with a few suggestions and the reason of each. The worked tables are in ``docs/algorithms/bank-matching.md``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from ledger.bank.values import Line, Movement

Reason = Literal["reference", "number", "party", "same-day", "near", "together", "undone"]
#: Rules by which lines are matched without anybody's word.
Rule = Literal["reference", "same-day"]

_LOOKS_CYRILLIC, _LOOKS_LATIN = "авекмнорстухі", "abekmhopctyxi"
_TO_LATIN = str.maketrans(_LOOKS_CYRILLIC, _LOOKS_LATIN)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How far, how many, how long; see ``matching.toml``."""

    days: int
    suggestions: int
    shortest: int
    weights: Mapping[str, int]


@cache
def rules() -> Rules:
    """The rules as they are set."""
    return Rules(**tomllib.loads(files("ledger.bank").joinpath("matching.toml").read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line on record that waits for its entry."""

    id: int
    line: Line


@dataclass(frozen=True, slots=True)
class Pair:
    """A line and the movement that is its own beyond confusion, by which rule."""

    line_id: int
    entry_id: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Entries that make up a line exactly, why they may be meant, and how many days off they are."""

    entry_ids: tuple[int, ...]
    reasons: tuple[Reason, ...]
    days: int


def certain(waiting: Sequence[Waiting], movements: Sequence[Movement], by: Rules) -> list[Pair]:
    """Pairs of the same sum of which each fits no other, by reference first, then by day.

    By day, what the bank has of one person and the books of another does not fit.
    """
    pairs: list[Pair] = []
    lines, left = list(waiting), [each for each in movements if not each.undone]
    tests: tuple[tuple[Rule, Callable[[Line, Movement], bool]], ...] = (
        ("reference", lambda line, movement: _near(line, movement, by) and has_reference(line, movement, by)),
        ("same-day", lambda line, movement: line.on == movement.on and not contradicts(line, movement)),
    )
    for rule, fits in tests:
        found = _alone(lines, left, fits)
        pairs += [Pair(one.id, other.entry_id, rule) for one, other in found]
        done, used = {one.id for one, _ in found}, {other.entry_id for _, other in found}
        lines = [each for each in lines if each.id not in done]
        left = [each for each in left if each.entry_id not in used]
    return pairs


def _alone(
    lines: Iterable[Waiting], movements: Iterable[Movement], fits: Callable[[Line, Movement], bool]
) -> list[tuple[Waiting, Movement]]:
    """Lines and movements of the same sum that fit nobody but each other."""
    by_amount: dict[int, list[Movement]] = defaultdict(list)
    for movement in movements:
        by_amount[movement.amount].append(movement)
    fitting = [
        (one, other) for one in lines for other in by_amount.get(one.line.amount, ()) if fits(one.line, other)
    ]  # fmt: skip
    of_line = Counter(one.id for one, _ in fitting)
    of_entry = Counter(other.entry_id for _, other in fitting)
    return [(one, other) for one, other in fitting if of_line[one.id] == of_entry[other.entry_id] == 1]


@dataclass(frozen=True, slots=True)
class Ground:
    """Movements to be looked through for many lines: by what they come to, and by the words of each clue."""

    by_amount: Mapping[int, Sequence[Movement]]
    by_clue: Mapping[str, Sequence[Movement]]
    longest: int

    @classmethod
    def of(cls, movements: Sequence[Movement]) -> Ground:
        """The ground of these movements; ``longest`` is how many words the longest clue has."""
        by_amount: dict[int, list[Movement]] = defaultdict(list)
        by_clue: dict[str, list[Movement]] = defaultdict(list)
        for each in movements:
            by_amount[each.amount].append(each)
            for clue in {words(told) for told in each.clues.references | each.clues.numbers | each.clues.parties}:
                by_clue[clue].append(each)
        return cls(by_amount, by_clue, max((clue.count(" ") - 1 for clue in by_clue), default=0))

    def kin(self, line: Line) -> list[Movement]:
        """Movements of which some clue is the line's document, its other side, or stands in its purpose."""
        told = words(line.purpose).split()
        runs = (told[start:end] for start in range(len(told)) for end in range(start + 1, start + self.longest + 1))
        clues = {words(line.number), words(line.other_id), *(f" {' '.join(run)} " for run in runs)}
        found = {each.entry_id: each for clue in clues for each in self.by_clue.get(clue, ())}
        return [found[entry_id] for entry_id in sorted(found)]


def suggestions(line: Line, ground: Ground, by: Rules) -> list[Suggestion]:
    """What a person may choose from for a line, the likeliest first: single movements, and several that make it up.

    Several are suggested only where the line and they have a reference, a paper or a party in common.
    """
    found = [
        Suggestion((each.entry_id,), reasons(line, each, by), _days(line, each))
        for each in ground.by_amount.get(line.amount, ()) if _near(line, each, by)
    ]  # fmt: skip
    found += _together(line, [each for each in ground.kin(line) if _near(line, each, by)], by)
    found.sort(key=lambda each: (-sum(by.weights[reason] for reason in each.reasons), each.days, each.entry_ids))
    return found[: by.suggestions]


def _together(line: Line, near: Sequence[Movement], by: Rules) -> Iterator[Suggestion]:
    """Movements of one day, or of all days, that have something in common with the line and make up its sum."""
    kin = [
        each for each in near
        if not each.undone and (each.amount > 0) == (line.amount > 0) and _ties(line, each, by)
    ]  # fmt: skip
    groups: dict[tuple[int, ...], list[Movement]] = {}
    by_day: dict[object, list[Movement]] = defaultdict(list)
    for each in kin:
        by_day[each.on].append(each)
    for group in (*by_day.values(), kin):
        if len(group) > 1 and sum(each.amount for each in group) == line.amount:
            groups[tuple(sorted(each.entry_id for each in group))] = group
    for entry_ids, group in groups.items():
        shared = [reason for reason in _order() if all(reason in reasons(line, each, by) for each in group)]
        yield Suggestion(entry_ids, (*shared, "together"), max(_days(line, each) for each in group))


def _order() -> tuple[Reason, ...]:
    return ("reference", "number", "party", "same-day")


def reasons(line: Line, movement: Movement, by: Rules) -> tuple[Reason, ...]:
    """Why a movement of the line's sum may be meant, the strongest first; never empty."""
    day: Reason = "same-day" if line.on == movement.on else "near"
    told = (*_ties(line, movement, by), day)
    return (*told, "undone") if movement.undone else told


def _ties(line: Line, movement: Movement, by: Rules) -> tuple[Reason, ...]:
    """What a line and a movement have in common besides sum and day."""
    clues = movement.clues
    found: dict[Reason, bool] = {
        "reference": has_reference(line, movement, by),
        "number": any(mentions(line.purpose, number, by) for number in clues.numbers),
        "party": line.other_id in clues.parties or any(mentions(line.purpose, each, by) for each in clues.parties),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def has_reference(line: Line, movement: Movement, by: Rules) -> bool:
    """Whether the line's document is the one the books name, or its purpose names it."""
    return any(
        words(each) == words(line.number) or mentions(line.purpose, each, by)
        for each in movement.clues.references
        if words(each).strip()
    )


def contradicts(line: Line, movement: Movement) -> bool:
    """Whether the bank names somebody as the other side, and the books name somebody else."""
    return bool(line.other_id and movement.clues.parties) and line.other_id not in movement.clues.parties


def mentions(purpose: str, number: str, by: Rules) -> bool:
    """Whether a text names a number, whole: «МК-12» is not in «МК-123». Numbers too short to tell are in no text."""
    plain = words(number)
    return sum(map(str.isalnum, plain)) >= by.shortest and plain in words(purpose)


@lru_cache(maxsize=10_000)
def words(text: str) -> str:
    """Letters and digits of a text in small letters, a blank around each run, look-alike letters as Latin ones."""
    return f" {' '.join(_WORD.findall(text.casefold().translate(_TO_LATIN)))} "


def _near(line: Line, movement: Movement, by: Rules) -> bool:
    return _days(line, movement) <= by.days


def _days(line: Line, movement: Movement) -> int:
    return abs((line.on - movement.on).days)
