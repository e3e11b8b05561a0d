"""Writes ``docs/reference.md``: everything with a name that a user may meet, in the words of the source.

The page is derived and never edited; ``make docs`` writes it and a test compares it with the source, so that
it is complete and true by construction. A section whose subject does not exist yet is left out.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ledger.errors import NesieError

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference.md"
PACKAGES = ("ledger", "lending", "guarantees", "reports", "api")

OPENING = """# Reference

Written by `make docs` from the source; edit the source instead.
"""


def reference() -> str:
    """The whole page, as Markdown."""
    sections = [
        table("Commands for developers", ("command", "does"), make_targets()),
        table("Commands", ("command", "does"), commands()),
        table("Errors", ("code", "exit", "HTTP", "sentence"), errors()),
    ]
    return "\n".join([OPENING, *filter(None, sections)])


def make_targets() -> Iterator[tuple[str, ...]]:
    """Every target of the Makefile with the comment behind it."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name, purpose in re.findall(r"^([a-z-]+):.*?## (.*)$", makefile, re.MULTILINE):
        yield f"`make {name}`", purpose


def commands() -> Iterator[tuple[str, ...]]:
    """Every command of ``nesie``, its groups opened, with the first paragraph of its help."""
    if find_spec("api.cli") is None:
        return
    import typer

    def walk(command: Any, path: str) -> Iterator[tuple[str, ...]]:
        if not hasattr(command, "commands"):
            yield f"`{path}`", first_paragraph(command.help)
            return
        for name, inner in sorted(command.commands.items()):
            yield from walk(inner, f"{path} {name}")

    yield from walk(typer.main.get_command(import_module("api.cli").app), "nesie")


def errors() -> Iterator[tuple[str, ...]]:
    """Every code of the error tree with its outcome and its English sentence."""
    for name in module_names():
        import_module(name)
    for error in sorted(descendants(NesieError), key=lambda error: error.code):
        yield f"`{error.code}`", str(error.exit_code), str(error.http_status), error.sentence


def module_names() -> Iterator[str]:
    """Names of all modules that are shipped, scripts and migrations excepted."""
    for package in PACKAGES:
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if "migrations" not in found.name and not found.name.endswith("__main__"):
                yield found.name


def descendants(error: type[NesieError]) -> set[type[NesieError]]:
    """All classes below this one that have a sentence of their own: those that are raised."""
    children = error.__subclasses__()
    return {child for child in children if "sentence" in vars(child)}.union(*map(descendants, children))


def table(title: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A section with one table, or nothing when there are no rows."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"## {title}", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *lines, ""])


def first_paragraph(text: str | None) -> str:
    """The first paragraph of a help text or docstring, on one line."""
    return " ".join(inspect.cleandoc(text or "").partition("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(reference(), "utf-8")
