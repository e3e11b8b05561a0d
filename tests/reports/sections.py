"""Reading the sections of a built report in tests."""

from __future__ import annotations

from reports.report import Cell, Section


def column(section: Section, key: str) -> list[Cell]:
    """The cells of one column, without sub-totals and totals."""
    return [row[_place(section, key)] for row in section.rows]


def total(section: Section, key: str) -> Cell:
    """The total of one column."""
    assert section.totals is not None, "the section has totals"
    return section.totals[_place(section, key)]


def _place(section: Section, key: str) -> int:
    return [each.key for each in section.columns].index(key)
