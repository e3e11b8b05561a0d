"""Cells of workbooks, read here or in a process apart."""

import pytest

from lending.registers.refusals import UnreadableFile
from lending.registers.workbook_cells import read_cells, read_cells_apart
from tests.lending.registers.test_sheets import FILES

OLD = (FILES / "repayments.xls").read_bytes()


def test_reading_apart_is_the_same() -> None:
    """A process of its own gives the same cells."""
    assert read_cells_apart(OLD) == read_cells(OLD)


def test_fallen_reader_means_a_damaged_file() -> None:
    """A workbook whose stated sizes exceed any memory ends its reader, not us."""
    place = OLD.index(bytes.fromhex("fe ff ff ff"), 0x30)
    damaged = OLD[: place - 16] + b"\xff\xff\xff\x7f" * 8 + OLD[place + 16 :]
    with pytest.raises(UnreadableFile):
        read_cells_apart(damaged)
