"""What of a section goes on paper.

A register of hundreds of rows is read in a workbook, not on paper: above `LONGEST_REGISTER` rows the PDF prints the
sums of its groups, or its totals alone where there are that many groups, and says where the rows are. Columns that a
page has no room for stay in the files. Nothing is added up here: every figure on paper is one of the section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.report import Cell, Group, Phrase, Row, Section, phrase

#: Rows of one section that are still printed one by one.
LONGEST_REGISTER = 120


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A section as it is printed, and what the reader is told is left out."""

    section: Section
    remarks: tuple[Phrase, ...]


def on_paper(section: Section) -> PaperSection:
    """What is printed of ``section``: everything it holds, unless it is long or has columns for files only."""
    if len(section.rows) > LONGEST_REGISTER:
        return PaperSection(_sums_only(section), (phrase("document.rows-elsewhere", rows=len(section.rows)),))
    hidden = [column.title for column in section.columns if not column.printed]
    if not hidden:
        return PaperSection(section, ())
    kept = [place for place, column in enumerate(section.columns) if column.printed]
    return PaperSection(_narrowed(section, kept), (phrase("document.columns-elsewhere", columns=tuple(hidden)),))


def _sums_only(section: Section) -> Section:
    """One row a group, with the columns that are summed; no rows where nothing is, or where groups are too many."""
    totals = section.totals or ()
    summed = [place for place, cell in enumerate(totals) if cell is not None]
    groups = [group for group in section.groups if group.subtotals is not None]
    if len(groups) > LONGEST_REGISTER:
        groups = []
    first = section.grouped_by or replace(section.columns[0], adds=False)
    return replace(
        section,
        columns=(first, *(section.columns[place] for place in summed)),
        groups=(Group(rows=tuple((group.title, *_picked(group.subtotals or (), summed)) for group in groups)),),
        totals=(None, *_picked(totals, summed)) if totals else None,
    )


def _narrowed(section: Section, kept: Sequence[int]) -> Section:
    groups = tuple(
        replace(
            group,
            rows=tuple(_picked(row, kept) for row in group.rows),
            subtotals=None if group.subtotals is None else _picked(group.subtotals, kept),
        )
        for group in section.groups
    )
    totals = None if section.totals is None else _picked(section.totals, kept)
    return replace(section, columns=tuple(section.columns[place] for place in kept), groups=groups, totals=totals)


def _picked(row: Row, places: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(row[place] for place in places)
