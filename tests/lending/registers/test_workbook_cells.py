"""Cells of workbooks, read here or in a process apart."""

import pytest

from lending.registers.refusals import UnreadableFile
from lending.registers.workbook_cells import read_cells, read_cells_apart
from tests.lending.registers.test_sheets import FILES

OLD = (FILES / "repayments.xls").read_bytes()


def test_reading_apart_is_the_same() -> None:
    """A process of its own gives the same cells."""
    assert read_cells_apart(OLD) == read_cells(OLD)


@pytest.mark.parametrize("place", [0x6FA, 0x5D5], ids=["rows stated", "sheet stated"])
def test_fallen_reader_means_a_damaged_file(place: int) -> None:
    """One wrong byte that ends the reading process, for want of memory or by panic, does not end ours."""
    damaged = OLD[:place] + b"\xff" + OLD[place + 1 :]
    with pytest.raises(UnreadableFile):
        read_cells_apart(damaged)
