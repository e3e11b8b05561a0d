"""Paper shows sums of long registers and the columns it has room for. Every figure stays as it was."""

from reports.paper import LONGEST_REGISTER, on_paper
from reports.report import Column, phrase, tabulate

COLUMNS = (
    Column(key="region", kind="text"),
    Column(key="borrower", kind="text"),
    Column(key="amount", kind="money", adds=True),
    Column(key="kato", kind="identifier", printed=False),
)


def test_a_long_register_becomes_one_row_a_group() -> None:
    """The rows of a group become its sub-totals under the head of what they are grouped by."""
    rows = [("West" if number < 80 else "East", f"B{number}", number, "61") for number in range(LONGEST_REGISTER + 1)]
    paper = on_paper(tabulate(COLUMNS, rows, group_by="region"))
    assert [column.key for column in paper.section.columns] == ["region", "amount"]
    assert paper.section.rows == (("West", 3_160), ("East", 4_100))
    assert paper.section.totals == (None, 7_260)
    assert paper.remarks == (phrase("document.rows-elsewhere", rows=LONGEST_REGISTER + 1),)


def test_too_many_groups_leave_their_total() -> None:
    """Hundreds of groups would be a register themselves."""
    rows = [(f"Region {number}", "B1", number, "61") for number in range(LONGEST_REGISTER + 1)]
    section = on_paper(tabulate(COLUMNS, rows, group_by="region")).section
    assert (section.rows, section.totals) == ((), (None, 7_260))


def test_a_long_list_without_sums_stays_in_the_files() -> None:
    """There is nothing to print but where it is."""
    paper = on_paper(tabulate(COLUMNS[:2], [("West", "B1")] * (LONGEST_REGISTER + 1)))
    assert (paper.section.rows, paper.section.totals, len(paper.remarks)) == ((), None, 1)


def test_columns_of_files_are_named_but_not_printed() -> None:
    """A short register keeps its rows and loses the columns paper has no room for."""
    paper = on_paper(tabulate(COLUMNS, [("West", "B1", 5, "61")], group_by="region"))
    assert [column.key for column in paper.section.columns] == ["borrower", "amount"]
    assert paper.section.rows == (("B1", 5),)
    assert paper.remarks == (phrase("document.columns-elsewhere", columns=(phrase("column.kato"),)),)


def test_what_fits_is_printed_as_it_is() -> None:
    """A short section without such columns goes on paper unchanged, and nothing is remarked."""
    section = tabulate(COLUMNS[:3], [("West", "B1", 5)], group_by="region")
    assert on_paper(section).section is section
