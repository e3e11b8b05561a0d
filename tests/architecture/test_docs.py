"""The documentation is complete and true, checked against the source.

Generated pages only have to be fresh and to leave nothing unexplained. What people write by
hand may name only settings, commands, files and decisions that exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docs import generate
from tests.architecture.source import ROOT, modules

Rows = Callable[[], Iterator[tuple[str, ...]]]

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROSE = "\n".join(page.read_text("utf-8") for page in PAGES if page not in generate.PAGES)


@pytest.mark.parametrize("page", generate.PAGES, ids=lambda page: page.name)
def test_generated_pages_are_fresh(page: Path) -> None:
    """A generated page is what `make docs` would write now."""
    assert page.read_text("utf-8") == generate.PAGES[page]()


def test_reference_is_explained() -> None:
    """Nothing on the generated page has an empty explanation."""
    rows = [line for line in generate.reference().splitlines() if line.startswith("| `")]
    assert [row for row in rows if "|  |" in row] == []


def test_error_codes_are_unique() -> None:
    """A code leads to one error only."""
    codes = [row[0] for row in generate.errors()]
    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize(
    ("mention", "rows"),
    [
        (r"`(make [a-z-]+)", generate.make_targets),
        (r"`(nesie [a-z]+)", generate.commands),
        (r"\b(NESIE_[A-Z_]+)", generate.settings),
    ],
    ids=["make", "nesie", "settings"],
)
def test_mentioned_things_exist(mention: str, rows: Rows) -> None:
    """The prose names no command and no setting that is gone."""
    known = {row[0].strip("`") for row in rows()}
    assert set(re.findall(mention, PROSE)) - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link leads to a file."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_pages_named_in_the_source_exist() -> None:
    """A docstring that sends the reader to a page sends them to one that is there."""
    named = {(m.path, page) for m in modules() for page in re.findall(r"\bdocs/[\w/-]+\.md\b", m.text)}
    assert {(path, page) for path, page in named if not (ROOT / page).exists()} == set()


@pytest.mark.parametrize("series", ["00", "01"], ids=["decisions of design", "readings of the law"])
def test_decisions_are_numbered(series: str) -> None:
    """Decisions are numbered without gaps: those of design from 1, readings of the law from 101."""
    records = sorted((ROOT / "docs" / "decisions").glob(f"{series}[0-9]*.md"))
    assert [int(record.name[2:4]) for record in records] == list(range(1, len(records) + 1))


@pytest.mark.parametrize("part", ["Context", "Decision", "Consequences", "Alternatives"])
def test_decisions_are_whole(part: str) -> None:
    """Every decision says why, what, what follows, and what else was possible."""
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [record.name for record in records if f"## {part}" not in record.read_text("utf-8")] == []
