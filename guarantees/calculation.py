"""What a guarantor has to pay on a claim, recomputed line by line, and why that is not what was claimed.

Pure. The debt comes from the loan's schedule and payments, part by part; the guarantee pays its share of the parts it
covers, of principal called in only when the lender has called in the whole loan. Parts are paid in the order of the
lines, up to what is still guaranteed. Sums are rounded down to the tiyn over the lines together, so that the lines add
up and the whole never exceeds the share. What was paid on the guarantee before and not recovered counts as debt, and
its share as paid, so that claiming part by part gives no more than claiming at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from guarantees.policy import Conditions, Covered
from guarantees.values import part

Line = Literal["overdue-principal", "future-principal", "interest", "penalty"]
#: Why less, or more, was claimed than is payable: the line is as computed, not covered by the contract, not due, more
#: than the share of the debt, more than is still guaranteed, or less was claimed.
Reason = Literal["agrees", "not-covered", "not-due", "above-share", "above-guarantee", "less-claimed"]
COVERED_BY: Mapping[Line, Covered] = {
    "overdue-principal": "principal", "future-principal": "principal", "interest": "interest", "penalty": "penalty",
}  # fmt: skip
LINES: tuple[Line, ...] = tuple(COVERED_BY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """The debt of a loan at the close of ``as_of``, in tiyn by line, and how it came about.

    ``disbursed - repaid`` is the principal outstanding, overdue and future. ``guaranteed`` is what the guarantor may
    still have to pay in all; ``net_paid`` what he paid before and has not recovered.
    """

    as_of: date
    days_past_due: int
    disbursed: int
    repaid: int
    owed: Mapping[Line, int]
    guaranteed: int
    net_paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculatedLine:
    """One part of the debt: owed, its guaranteed share, claimed, payable, and why the last two differ."""

    line: Line
    owed: int
    share: int
    claimed: int
    payable: int
    reason: Reason

    @property
    def difference(self) -> int:
        """What was claimed and is not payable."""
        return self.claimed - self.payable


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """The whole calculation as it is kept with the claim; amounts are tiyn."""

    as_of: date
    days_past_due: int
    disbursed: int
    repaid: int
    share: Decimal
    guaranteed: int
    net_paid: int
    lines: tuple[CalculatedLine, ...]

    @property
    def payable(self) -> int:
        """What the guarantor has to pay."""
        return sum(line.payable for line in self.lines)

    @property
    def claimed(self) -> int:
        """What the lender demanded."""
        return sum(line.claimed for line in self.lines)

    def part(self, covered: Covered) -> int:
        """What is payable of principal, interest or penalty."""
        return sum(line.payable for line in self.lines if COVERED_BY[line.line] == covered)

    def stored(self) -> dict[str, Any]:
        """The calculation as JSON values."""
        return asdict(self) | {
            "as_of": str(self.as_of), "share": str(self.share), "lines": [asdict(line) for line in self.lines],
        }  # fmt: skip


def calculate(
    default: Default, share: Decimal, conditions: Conditions, claimed: Mapping[Line, int], *, accelerated: bool
) -> Calculation:
    """What is payable on ``claimed`` (tiyn by line); future principal is due only when ``accelerated``."""
    left, base, entitled = default.guaranteed, default.net_paid, 0
    lines = []
    for name in LINES:
        owed, asked = default.owed[name], claimed.get(name, 0)
        barred: Reason | None = None
        if COVERED_BY[name] not in conditions.covers:
            barred = "not-covered"
        elif name == "future-principal" and not accelerated:
            barred = "not-due"
        base += 0 if barred else owed
        own = max(part(base, share) - default.net_paid, 0) - entitled
        entitled += own
        payable = min(asked, own, left)
        lines.append(CalculatedLine(
            line=name, owed=owed, share=own, claimed=asked, payable=payable,
            reason=barred if barred and asked else _reason(asked, own, left),
        ))  # fmt: skip
        left -= payable
    return Calculation(
        as_of=default.as_of, days_past_due=default.days_past_due, disbursed=default.disbursed, repaid=default.repaid,
        share=share, guaranteed=default.guaranteed, net_paid=default.net_paid, lines=tuple(lines),
    )  # fmt: skip


def _reason(asked: int, own: int, left: int) -> Reason:
    """Why ``asked`` is paid or not, given the share of the debt and what is still guaranteed."""
    if asked > min(own, left):
        return "above-share" if own <= left else "above-guarantee"
    return "less-claimed" if asked < min(own, left) else "agrees"
