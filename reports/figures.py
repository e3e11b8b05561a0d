"""What the families do with figures: shares of sums, sums with shares, and proof that two ways of adding agree.

Shares are rounded half-up to a hundredth of a percent for reading; nothing is ever computed from them. A report
whose rows do not add up to the ledger is not printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ledger.errors import Broken
from reports.report import Cell, Column, Row, add_up

#: A hundredth of a percent, as a fraction.
SHARE = Decimal("0.0001")


@dataclass(eq=False, kw_only=True)
class FiguresDisagree(Broken):
    """Two ways of adding up the same thing give two sums: the books are unsound or a report is wrong."""

    code = "report-figures-disagree"
    sentence = "The report {report} found {found} tiyn for {what} where the books say {expected}. Run the verification."
    report: str
    what: str
    expected: int
    found: int


def agree(report: str, what: str, *, expected: int, found: int) -> None:
    """Refuse to go on when ``found`` by the rows of a report is not what the books ``expected``, in tiyn.

    Raises:
        FiguresDisagree: the two differ.
    """
    if found != expected:
        raise FiguresDisagree(report=report, what=what, expected=expected, found=found)


def share(part: int, whole: int) -> Decimal | None:
    """``part / whole`` as a fraction, half-up to a hundredth of a percent; nothing of nothing has no share."""
    return None if whole == 0 else (Decimal(part) / whole).quantize(SHARE, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SumsWithShares:
    """Sums of a section in which some columns are shares of other sums: key to the keys of the parts and the whole."""

    shares: Mapping[str, tuple[tuple[str, ...], str]]

    def __call__(self, columns: Sequence[Column], rows: Sequence[Row]) -> Row:
        """The row of sums of ``rows``."""
        sums = dict(zip((column.key for column in columns), add_up(columns, rows), strict=True))
        shares = {
            key: share(sum(_sum(sums[part]) for part in parts), _sum(sums[whole]))
            for key, (parts, whole) in self.shares.items()
        }
        return tuple({**sums, **shares}.values())


def _sum(cell: Cell) -> int:
    assert isinstance(cell, int), "shares are of columns that add"
    return cell
