"""Writes ``docs/reference.md``: everything with a name that a user may meet, in the words of the source.

The page is derived and never edited; ``make docs`` writes it and every other derived page, and a test compares them
with the source, so that they are complete and true by construction.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from api.cli import COMMANDS, command
from api.settings import Settings
from docs import rules_page
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
        table("Settings", ("variable", "meaning"), settings()),
        table("Errors", ("code", "exit", "HTTP", "sentence"), errors()),
    ]
    return "\n".join([OPENING, *sections])


def make_targets() -> Iterator[tuple[str, ...]]:
    """Every target of the Makefile with the comment behind it."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name, purpose in re.findall(r"^([a-z-]+):.*?## (.*)$", makefile, re.MULTILINE):
        yield f"`make {name}`", purpose


def commands() -> Iterator[tuple[str, ...]]:
    """Every command of ``nesie``, with the first paragraph of its help."""
    for name in sorted(COMMANDS):
        yield f"`nesie {name}`", first_paragraph(command(name).help)


def settings() -> Iterator[tuple[str, ...]]:
    """Every environment variable that is read, with its description."""
    for name, field in Settings.model_fields.items():
        yield f"`NESIE_{name.upper()}`", field.description or ""


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
    """A section with one table."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([f"## {title}", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *lines, ""])


def first_paragraph(text: str | None) -> str:
    """The first paragraph of a help text or docstring, on one line."""
    return " ".join(inspect.cleandoc(text or "").partition("\n\n")[0].split())


#: Every generated page with what writes it.
PAGES: dict[Path, Callable[[], str]] = {PAGE: reference, ROOT / "docs" / "rules.md": rules_page.page}

if __name__ == "__main__":
    for place, write in PAGES.items():
        place.write_text(write(), "utf-8")
