"""A report adds up its own totals. Its columns hold only the cells that they can hold."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.report import Cell, CellMismatch, Column, Kind, Section, add_up, tabulate
from tests.reports.samples import ISSUED, issued, issued_row, report

WHO = Column(key="who", kind="text")
SUM = Column(key="sum", kind="money", adds=True)


@given(st.lists(st.tuples(st.sampled_from("абв"), st.integers(-(10**15), 10**15)), max_size=20))
def test_subtotals_add_up_to_the_total_and_both_to_the_rows(rows: list[tuple[str, int]]) -> None:
    """Whatever the rows, the sub-totals sum to the total and the total to the rows."""
    section = tabulate([WHO, Column(key="no", kind="text"), SUM], [(a, a, b) for a, b in sorted(rows)], group_by="who")
    total = sum(amount for _, amount in rows)
    assert section.totals == (None, total)
    assert sum(group.subtotals[-1] for group in section.groups if group.subtotals) == total  # type: ignore[misc]  # integers


def test_empty_cells_count_as_nothing() -> None:
    """A row without an amount does not stop the sum."""
    assert tabulate([WHO, SUM], [("а", 1), ("б", None)]).totals == (None, 1)


def test_a_section_without_sums_has_no_totals() -> None:
    """A list of names ends with its last row."""
    assert tabulate([WHO], [("а",)]).totals is None


def test_groups_take_their_column_out_of_the_rows() -> None:
    """The column that rows are grouped by becomes headings; the other cells stay in place."""
    section = issued(12)
    assert "district" not in [column.key for column in section.columns]
    assert section.rows[0] == (1, *issued_row(1)[2:])
    assert [len(group.rows) for group in section.groups] == [6, 6]


def test_lines_are_in_reading_order() -> None:
    """Heading, rows and sub-totals of each group, then the total."""
    roles = [line.role for line in issued(7).lines()]
    assert roles == ["heading", *["row"] * 6, "subtotal", "heading", "row", "subtotal", "total"]


def test_a_label_takes_the_empty_cells_before_the_first_sum() -> None:
    """The word "Total" has the room of the columns that are not summed."""
    assert [line.label_width for line in issued(1).lines()] == [12, 0, 7, 7]


def test_a_total_may_be_more_than_a_sum() -> None:
    """A family may add up its own way, such as a share of two sums, for sub-totals and totals alike."""
    columns = [WHO, SUM, Column(key="share", kind="percent")]
    section = tabulate(
        columns, [("а", 1, None), ("б", 3, None)], sums=lambda over, rows: (*add_up(over, rows)[:2], Decimal("0.25"))
    )
    assert section.totals == (None, 4, Decimal("0.25"))


def test_rows_are_grouped_by_words_only() -> None:
    """A group has a heading, so an empty cell cannot make one."""
    with pytest.raises(CellMismatch, match="words to group by"):
        tabulate([WHO, Column(key="no", kind="text")], [(None, "1")], group_by="who")


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("money", Decimal(1)),
        ("money", 1.0),
        ("integer", True),
        ("percent", 6),
        ("percent", Decimal(1) / 3),
        ("rate", Decimal("0.0617")),
        ("date", datetime(2021, 3, 1)),  # noqa: DTZ001  # the very thing to be refused
        ("month", "2021-03"),
        ("identifier", 850315400124),
        ("text", date(2021, 3, 1)),
    ],
)
def test_a_cell_of_another_kind_is_refused(kind: Kind, cell: object) -> None:
    """No float, no bool as a count, no unrounded share, no number as an IIN."""
    with pytest.raises(CellMismatch, match="column x"):
        tabulate([Column(key="x", kind=kind)], [(cell,)])  # type: ignore[list-item]  # the very thing to be refused


@pytest.mark.parametrize(
    ("columns", "row"),
    [((WHO, SUM), ("а",)), ((WHO, WHO), ("а", "б")), ((SUM,), (1,))],
    ids=["narrow row", "same key twice", "sum in the first column"],
)
def test_a_table_that_cannot_be_laid_out_is_refused(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> None:
    """Rows fit the columns, keys are unique, and the first column leaves room for the word "Total"."""
    with pytest.raises(CellMismatch):
        tabulate(columns, [row])


def test_the_region_opens_the_particulars() -> None:
    """The region stands before the parameters, and nothing stands there when there is none."""
    assert report().particulars[0].value == report().region
    assert Section(columns=ISSUED, groups=()).rows == ()
