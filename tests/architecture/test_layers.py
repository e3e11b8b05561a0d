"""Imports point down only, go round in no circle, and leave pure modules pure.

The arrows between packages and inside lending are two tables below; a package or part that is in no table may
be imported by anyone in its own package. Where an arrow has to be broken, the table changes, in the open.
"""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.source import Module, modules

# Bottom first. What shares a line does not know its neighbours either.
LAYERS = [
    [["ledger"], ["lending"], ["guarantees"], ["reports"], ["api"]],
    [
        ["lending.amortisation"],
        ["lending.programmes"],
        ["lending.chain"],
        ["lending.microcredits"],
        ["lending.applications"],
        ["lending.support", "lending.oversight"],
        ["lending.registers", "lending.month_end"],
        ["lending.bank"],
    ],
]

PURE = (
    "ledger.money",
    "ledger.entries",
    "ledger.calendar",
    "ledger.identifiers",
    "ledger.errors",
    "lending.amortisation",
    "lending.programmes",
    "ledger.bank.matching",
    ".bookings",
    ".values",
)
IMPURE = {
    "alembic", "apscheduler", "asyncio", "fastapi", "os", "psycopg2", "random", "secrets", "socket",
    "sqlalchemy", "starlette", "subprocess", "sys", "threading", "time", "uuid",
}  # fmt: skip


def test_imports_point_down() -> None:
    """No module imports from a layer above its own, nor from a neighbour on the same level."""
    assert [line for table in LAYERS for line in upward_imports(modules(), table)] == []


def test_no_import_cycles() -> None:
    """Modules can be put in an order in which each imports only earlier ones."""
    assert import_cycle(modules()) == []


def test_pure_modules_are_pure() -> None:
    """Arithmetic, values and bookings know no database, no clock, no chance and no environment."""
    assert impure_imports(modules()) == []


def test_imports_are_absolute() -> None:
    """Imports name the whole path, so that a search for a module finds all its users."""
    assert [f"{m.path}: {name}" for m in modules() for name in m.imports if name.startswith(".")] == []


def test_tests_stay_outside() -> None:
    """Nothing that is shipped imports tests, benchmarks or documentation."""
    outside = {"tests", "bench", "docs"}
    assert [f"{m.path}: {name}" for m in modules() for name in m.imports if root(name) in outside] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ledger/posting.py", "from lending.bookings import accrual"),
        ("lending/chain/lots.py", "import lending.microcredits.loans"),
        ("lending/support/grants.py", "from lending import oversight"),
    ],
)
def test_upward_import_is_found(path: str, text: str) -> None:
    """The check sees an import from above or beside, however it is spelt."""
    assert [line for table in LAYERS for line in upward_imports([Module(path, text)], table)] != []


def test_cycle_is_found() -> None:
    """The check sees two modules that import each other, even by way of a third."""
    circle = {"a": "import ledger.b", "b": "from ledger.c import x", "c": "from ledger import a"}
    assert import_cycle([Module(f"ledger/{name}.py", text) for name, text in circle.items()]) != []


def test_impurity_is_found() -> None:
    """The check sees a database import in a module of values."""
    assert impure_imports([Module("lending/chain/values.py", "from sqlalchemy import select")]) != []


def upward_imports(sources: Sequence[Module], layers: list[list[str]]) -> list[str]:
    """Imports that break a table of layers, as ``path: name``."""
    level = {part: number for number, parts in enumerate(layers) for part in parts}

    def part_of(name: str) -> str | None:
        return next((part for part in level if f"{name}.".startswith(f"{part}.")), None)

    return [
        f"{module.path}: {name}"
        for module in sources
        if (here := part_of(module.name))
        for name in module.imports
        if (there := part_of(name)) and there != here and level[there] >= level[here]
    ]


def import_cycle(sources: Sequence[Module]) -> list[str]:
    """One circle of imports among these modules, or nothing.

    ``from package import name`` reaches the module of that name where there is one, and else the package.
    """
    known = {module.name for module in sources}
    graph = {
        module.name: {target for name in module.imports if (target := imported(name, known))} - {module.name}
        for module in sources
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def impure_imports(sources: Sequence[Module]) -> list[str]:
    """Imports of the outside world in modules that are declared pure."""
    return [
        f"{module.path}: {name}"
        for module in sources
        if any(f"{module.name}.".startswith(f"{pure}.") or module.name.endswith(pure) for pure in PURE)
        for name in module.imports
        if root(name) in IMPURE
    ]


def imported(name: str, known: set[str]) -> str | None:
    """The module that an imported name leads to: itself, or the module that defines it."""
    return next((module for module in (name, name.rpartition(".")[0]) if module in known), None)


def root(name: str) -> str:
    """The first part of a dotted name."""
    return name.partition(".")[0]
