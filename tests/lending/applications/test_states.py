"""The path as data: what may follow what, and nothing else."""

import re
from pathlib import Path

import pytest

from lending.applications.guards import GUARDS
from lending.applications.states import MOVES, STATES, Act, IllegalStep, State, allowed, move, steps

PAGE = Path(__file__).parents[3] / "docs" / "borrowers-path.md"


def test_every_state_is_reached() -> None:
    """No state is named that no move leads to."""
    assert {target for _, _, target in steps()} == set(STATES)


@pytest.mark.parametrize("state", ["disbursed", "refused", "withdrawn"])
def test_the_path_ends(state: State) -> None:
    """From the three ends nothing follows."""
    assert allowed(state) == ()


@pytest.mark.parametrize("state", STATES)
def test_all_other_acts_are_refused(state: State) -> None:
    """In each state every act that is not allowed is refused, and told what is."""
    for each in MOVES:
        if each.act in allowed(state):
            assert move("A-1", state, each.act) is each
        else:
            with pytest.raises(IllegalStep, match="Possible now"):
                move("A-1", state, each.act)


@pytest.mark.parametrize(("act", "guard"), [("approve", "rules"), ("contract", "rules"), ("disburse", "start-ups")])
def test_what_moves_money_is_guarded(act: Act, guard: str) -> None:
    """Nothing is approved, signed or paid past the guards that stop it."""
    found = next(each for each in MOVES if each.act == act)
    assert guard in found.guards
    assert found.stopped


def test_every_guard_is_known() -> None:
    """A guard that a move names has a function, and no function is left over."""
    assert {guard for each in MOVES for guard in each.guards} == set(GUARDS)


def test_the_page_shows_the_moves() -> None:
    """The table of the page is the table of the source."""
    shown = re.findall(r"^\| `([\w-]+)` \| (.*?) \| (.*?) \| (.*?) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert shown == [
        (
            each.act,
            ", ".join(source or "—" for source in each.sources),
            each.target or "the same",
            ", ".join(each.guards) or "—",
        )
        for each in MOVES
    ]
