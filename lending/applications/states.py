"""The path of an application as data: states, the moves between them, and what each move asks for.

Where the way forks is told here and nowhere else: services ask `move`, verification compares every recorded step
with `MOVES`, and the page of the path prints it. What a guard means is the business of `lending.applications.guards`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from ledger.errors import Conflict

State = Literal[
    "submitted", "under-review", "concluded-positive", "concluded-negative", "decided", "contracted", "disbursed",
    "refused", "withdrawn",
]  # fmt: skip
Act = Literal[
    "submit", "take-up", "amend", "conclude-positive", "conclude-negative", "approve", "refuse", "contract", "disburse",
    "withdraw",
]  # fmt: skip
Guard = Literal["papers", "certificate", "rules", "start-ups", "reason", "facts", "clauses", "agreement"]

STATES: tuple[State, ...] = get_args(State)
#: States in which an application still waits for its lender.
OPEN: tuple[State, ...] = ("submitted", "under-review", "concluded-positive", "concluded-negative", "decided")
#: States whose sum is promised but not yet paid out of any lot.
PROMISED: tuple[State, ...] = ("decided",)


@dataclass(frozen=True, slots=True)
class Move:
    """One act: the states it may be done in (None: before the first), the state after it, and its guards in order.

    ``target`` None: the state stays as it is. ``stopped``: whether what the guards find, and blocks, stops the act, or
    is only kept with it.
    """

    act: Act
    sources: tuple[State | None, ...]
    target: State | None
    guards: tuple[Guard, ...] = ()
    stopped: bool = True


_REVIEWED: tuple[State, ...] = ("under-review", "concluded-positive", "concluded-negative")
MOVES: tuple[Move, ...] = (
    Move("submit", (None,), "submitted", ("papers", "certificate", "rules"), stopped=False),
    Move("take-up", ("submitted",), "under-review"),
    Move("amend", ("submitted", "under-review"), None, ("reason", "certificate", "rules"), stopped=False),
    Move("conclude-positive", ("under-review",), "concluded-positive", ("rules", "start-ups"), stopped=False),
    Move("conclude-negative", ("under-review",), "concluded-negative", ("reason", "rules"), stopped=False),
    Move("approve", ("concluded-positive",), "decided", ("facts", "rules", "start-ups", "agreement")),
    Move("refuse", (*_REVIEWED, "decided"), "refused", ("reason", "rules"), stopped=False),
    Move("contract", ("decided",), "contracted", ("clauses", "rules", "start-ups", "agreement")),
    Move("disburse", ("contracted",), "disbursed", ("start-ups",)),
    Move("withdraw", OPEN, "withdrawn"),
)


@dataclass(eq=False, kw_only=True)
class IllegalStep(Conflict):
    """An act that the state of the application does not allow."""

    code = "illegal-step"
    sentence = "Application {number} is {state}, and {act} is not possible then. Possible now: {allowed}."
    number: str
    state: str
    act: str
    allowed: str


def allowed(state: State | None) -> tuple[Act, ...]:
    """What may be done in a state."""
    return tuple(move.act for move in MOVES if state in move.sources)


def move(number: str, state: State | None, act: Act) -> Move:
    """The move of ``act`` for application ``number``.

    Raises:
        IllegalStep: the state does not allow it; tells what it allows.
    """
    found = next(each for each in MOVES if each.act == act)
    if state not in found.sources:
        raise IllegalStep(
            number=number, state=state or "new", act=act, allowed=", ".join(allowed(state)) or "nothing"
        )  # fmt: skip
    return found


def steps() -> Iterator[tuple[State | None, Act, State]]:
    """Every lawful step: the state before (None: none), the act, the state after."""
    for each in MOVES:
        for source in each.sources:
            target = each.target or source
            assert target is not None, "the first move leads somewhere"
            yield source, each.act, target
