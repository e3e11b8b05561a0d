"""The source of Nesie as syntax trees, for the tests that read code instead of running it.

A ``Module`` is one file with its dotted name; what it imports is listed name by name, so that a check is a
few lines about modules and never about files. Nothing is imported or executed here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("ledger", "lending", "guarantees", "reports", "api")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file: its path from the root with slashes, its dotted name, its text."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """The dotted name, as an import would say it."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of the file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def imports(self) -> list[str]:
        """Dotted names of everything imported anywhere in the module, ``from a import b`` as ``a.b``.

        Imports for type checkers only count as well: an arrow drawn on paper is an arrow.
        """
        names: list[str] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names += [f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names]
        return names

    @property
    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones included."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    @cached_property
    def called(self) -> list[tuple[str, int]]:
        """What is called, as it is written, and in which line."""
        return [(ast.unparse(node.func), node.lineno) for node in ast.walk(self.tree) if isinstance(node, ast.Call)]

    @property
    def documented(self) -> Iterator[Function | ast.ClassDef]:
        """The public functions and classes of the module and the public methods of its public classes."""
        yield from _public(self.tree.body)

    def calls(self, dotted: str) -> Iterator[int]:
        """Line numbers where ``dotted`` is called; a leading dot stands for any object (``.commit``)."""
        ending = dotted if dotted.startswith(".") else f".{dotted}"
        yield from (line for called, line in self.called if called == dotted or called.endswith(ending))


def _public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def modules(*folders: str) -> list[Module]:
    """The modules under top-level folders, by default those of the five packages, in order of path."""
    found = [
        path
        for folder in folders or PACKAGES
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations/versions" not in path.as_posix()
    ]
    return [module(path.relative_to(ROOT).as_posix()) for path in found]


@cache
def module(path: str) -> Module:
    """One file of the source, read and parsed once however many rules ask for it."""
    return Module(path, (ROOT / path).read_text("utf-8"))
