"""House rules that reviewers would otherwise repeat, each with the mistake it prevents.

A rule is a function from modules to the lines that break it. Exceptions are the tables at the top and nowhere
else; each has its reason. The last tests feed every rule something it must refuse.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import chain

import pytest

from tests.architecture.source import Module, modules

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
GRAB_BAGS = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "data", "misc"}

MAY_COMMIT = {
    "ledger/unit_of_work.py": "the place where transactions are made",
    "api/migrations/env.py": "migrations are transactions of the owner's, outside any command",
}
MAY_INSERT_POSTINGS = {"ledger/posting.py": "the one writer"}
MAY_USE_FLOAT = {"lending/amortisation/effective_rate.py": "the solver takes floats and gives a rate, not money"}
MAY_BE_LONG: dict[str, str] = {}

INSERTS_POSTINGS = re.compile(r"\b(insert\s+into|copy)\s+(\w+\.)?postings?\b|\binsert\(\w*posting", re.IGNORECASE)

Rule = Callable[[Module], Iterator[str]]


def names_of_things(module: Module) -> Iterator[str]:
    """A file is named after what it is about: a grab-bag name invites everything and tells nothing."""
    yield from (f"{module.path}: says nothing" for part in module.name.split(".") if part in GRAB_BAGS)


def short_files(module: Module) -> Iterator[str]:
    """A file that outgrows its limit has more than one subject."""
    length = module.text.count("\n")
    if length > LONGEST_FILE and module.path not in MAY_BE_LONG:
        yield f"{module.path}: {length} lines"


def short_functions(module: Module) -> Iterator[str]:
    """A function fits on a screen, or it hides a second one."""
    for function in module.functions:
        length = (function.end_lineno or 0) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            yield f"{module.path}:{function.lineno}: {function.name} has {length} lines"


def opening_paragraphs(module: Module) -> Iterator[str]:
    """A module says in at least two sentences what it is and keeps true; an empty one may be silent."""
    opening = ast.get_docstring(module.tree) or ""
    if module.tree.body and len(re.findall(r"[.:!?](?=\s|$)", opening)) < 2:
        yield f"{module.path}: opening of fewer than two sentences"


def docstrings(module: Module) -> Iterator[str]:
    """What is public is explained."""
    for node in module.documented:
        if not ast.get_docstring(node) and not _says_all_in_its_signature(node):
            yield f"{module.path}:{node.lineno}: {node.name} has no docstring"


def stated_behaviour(module: Module) -> Iterator[str]:
    """A test says in one sentence what behaviour it stands for, or nobody knows whether it may be changed."""
    for function in module.functions:
        if function.name.startswith("test_") and not ast.get_docstring(function):
            yield f"{module.path}:{function.lineno}: {function.name} states no behaviour"


def no_floats(module: Module) -> Iterator[str]:
    """Money that has once been a float is no longer exact."""
    if module.path not in MAY_USE_FLOAT:
        yield from (f"{module.path}:{line}: float()" for line in module.calls("float"))


def one_committer(module: Module) -> Iterator[str]:
    """A commit in the middle of a command makes half a command permanent."""
    if module.path not in MAY_COMMIT:
        yield from (f"{module.path}:{line}: commits" for line in module.calls(".commit"))


def one_writer(module: Module) -> Iterator[str]:
    """A posting written past the one writer would escape its checks."""
    if module.path in MAY_INSERT_POSTINGS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call | ast.Constant) and INSERTS_POSTINGS.search(ast.unparse(node)):
            yield f"{module.path}:{node.lineno}: inserts postings"


def no_clock(module: Module) -> Iterator[str]:
    """The date and the environment are arguments, so that a result can be computed again."""
    for name in ("date.today", "datetime.now", "datetime.today", "datetime.utcnow", "time.time", "os.getenv"):
        yield from (f"{module.path}:{line}: {name}" for line in module.calls(name))
    yield from (f"{module.path}: {name}" for name in module.imports if name in {"os.environ", "os.getenv"})
    yield from (
        f"{module.path}:{node.lineno}: os.environ"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ"
    )


DOMAIN = ("ledger", "lending", "guarantees")
SHIPPED = (*DOMAIN, "reports", "api")
EVERYWHERE = (*SHIPPED, "tests", "bench", "docs")

RULES: list[tuple[Rule, tuple[str, ...]]] = [
    (names_of_things, EVERYWHERE),
    (short_files, EVERYWHERE),
    (short_functions, EVERYWHERE),
    (opening_paragraphs, (*SHIPPED, "bench", "docs")),
    (docstrings, (*SHIPPED, "bench", "docs")),
    (stated_behaviour, ("tests",)),
    (no_floats, DOMAIN),
    (one_committer, SHIPPED),
    (one_writer, SHIPPED),
    (no_clock, (*DOMAIN, "reports")),
]


@pytest.mark.parametrize(("rule", "folders"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_rule_is_kept(rule: Rule, folders: tuple[str, ...]) -> None:
    """Every file keeps the rule."""
    assert list(chain.from_iterable(rule(module) for module in modules(*folders))) == []


@pytest.mark.parametrize("exceptions", [MAY_COMMIT, MAY_INSERT_POSTINGS, MAY_USE_FLOAT, MAY_BE_LONG])
def test_exceptions_exist(exceptions: dict[str, str]) -> None:
    """A file that is gone is no exception any more."""
    assert set(exceptions) <= {module.path for module in modules(*EVERYWHERE)}


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (names_of_things, "lending/utils.py", ""),
        (short_files, "lending/long.py", "x = 1\n" * 401),
        (short_functions, "lending/long.py", "def f():\n" + "    x = 1\n" * 60),
        (opening_paragraphs, "lending/terse.py", '"""Lots."""\nx = 1'),
        (docstrings, "lending/silent.py", "class Lot:\n    def draw(self):\n        return 1"),
        (stated_behaviour, "tests/test_silent.py", "def test_a():\n    assert f()"),
        (no_floats, "lending/rates.py", "x = float('0.06')"),
        (one_committer, "lending/loans.py", "def f(session):\n    session.commit()"),
        (one_writer, "lending/loans.py", "sql = 'INSERT INTO posting VALUES (1)'"),
        (one_writer, "lending/loans.py", "session.execute(insert(Posting).values(rows))"),
        (no_clock, "lending/loans.py", "x = datetime.date.today()"),
        (no_clock, "reports/paths.py", "x = os.environ['HOME']"),
    ],
)
def test_rule_can_fail(rule: Rule, path: str, text: str) -> None:
    """Each rule refuses the mistake it is about."""
    assert list(rule(Module(path, text))) != []


def _says_all_in_its_signature(node: ast.AST) -> bool:
    """Whether this is a magic method, an overload or an override, explained where it is declared first."""
    decorators = {ast.unparse(decorator) for decorator in getattr(node, "decorator_list", [])}
    return bool(decorators & {"overload", "override", "typing.overload", "typing.override"})
