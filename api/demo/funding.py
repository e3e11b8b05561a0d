"""Which facilities the programme needs: budget credit, operator loan, funding line, sized by the loans to come.

Pure. Each region, year and stream has one budget credit; the akimat lends it on to FFSA and ACC (rural) or Damu
(city), the operators fund one retail lender in the region. Terms are the programme's (746-CR-01 to -10); what the
texts leave open (dates within the year, instalment patterns) is chosen here as an agreement would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.demo.calibration import Calibration, Stream
from api.demo.cast import Cast
from api.demo.law import link_rate
from api.demo.portfolio import Channel, PlannedLoan
from lending.programmes.editions import Link

MILLION = 1_000_000
#: Loans disbursed before this day of the year come out of the first drawdown of a line, the others of the second.
SECOND_DRAWDOWN = (7, 2)


@dataclass(frozen=True, slots=True)
class PlannedFacility:
    """A facility to be opened; ``drawdowns`` and ``amount`` in whole tenge."""

    number: str
    link: Link
    parent: str | None
    lender: str
    borrower: str
    stream: Stream
    year: int
    signed_on: date
    months: int
    annual_rate: Decimal
    every_months: int
    principal_grace_months: int
    fixed_principal: int | None
    drawdowns: tuple[tuple[date, int], ...]

    @property
    def returns_unused(self) -> bool:
        """Whether its agreement sends unused money back: rural lines do, whose year suffices for all their loans."""
        return self.link == "funding-line" and self.stream == "rural"

    @property
    def amount(self) -> int:
        """Agreed sum: everything that will be drawn."""
        return sum(amount for _, amount in self.drawdowns)


def facility_number(loan: PlannedLoan) -> str:
    """Number of the agreement a loan is made out of."""
    prefix = {"ffsa": "АШҚҚҚ", "acc": "АКК-Қ", "damu": "ДАМУ-Қ"}[loan.channel]
    return f"{prefix}-{loan.region[:2]}-{loan.year}"


def planned_facilities(calibration: Calibration, cast: Cast, loans: Sequence[PlannedLoan]) -> list[PlannedFacility]:
    """Every facility of the programme, parents before children."""
    groups: dict[tuple[int, str, Stream], dict[Channel, list[PlannedLoan]]] = defaultdict(lambda: defaultdict(list))
    for loan in loans:
        groups[loan.year, loan.region, loan.stream][loan.channel].append(loan)
    return [
        facility
        for (year, region, stream), channels in sorted(groups.items())
        for facility in _tree(calibration, cast, year, region, stream, channels)
    ]


def _tree(
    calibration: Calibration, cast: Cast, year: int, region: str, stream: Stream,
    channels: dict[Channel, list[PlannedLoan]],
) -> list[PlannedFacility]:  # fmt: skip
    akimat, tag = f"akimat-{region[:2]}", f"{region[:2]}-{year}"
    credit = f"БК-{'А' if stream == 'rural' else 'Қ'}-{tag}"
    below: list[PlannedFacility] = []
    for channel, loans in sorted(channels.items()):
        first, second = _drawdowns(calibration, year, loans)
        if channel == "ffsa":
            below.append(_operator_loan(facility_number(loans[0]), credit, akimat, "ffsa", stream, year, first, second))
            continue
        operator_loan = f"{'АКК' if channel == 'acc' else 'ДАМУ'}-{tag}"
        below.append(_operator_loan(operator_loan, credit, akimat, channel, stream, year, first, second))
        below.append(
            PlannedFacility(
                number=facility_number(loans[0]), link="funding-line", parent=operator_loan, lender=channel,
                borrower=cast.lender(stream, region, year), stream=stream, year=year, signed_on=date(year, 3, 1),
                months=72, annual_rate=link_rate("funding-line", channel, stream), every_months=6,
                principal_grace_months=18, fixed_principal=None,
                drawdowns=_dated(year, (3, 4), first, second),
            )
        )  # fmt: skip
    total = sum(each.amount for each in below if each.link == "operator-loan")
    top = PlannedFacility(
        number=credit, link="budget-credit", parent=None, lender="budget", borrower=akimat, stream=stream, year=year,
        signed_on=date(year, 1, 25), months=84, annual_rate=link_rate("budget-credit", "budget", stream),
        every_months=12, principal_grace_months=24, drawdowns=((date(year, 2, 8), total),),
        fixed_principal=total // 20 // MILLION * MILLION or total // 20,
    )  # fmt: skip
    return [top, *below]


def _operator_loan(
    number: str, parent: str, akimat: str, operator: str, stream: Stream, year: int, first: int, second: int
) -> PlannedFacility:
    return PlannedFacility(
        number=number, link="operator-loan", parent=parent, lender=akimat, borrower=operator, stream=stream, year=year,
        signed_on=date(year, 2, 10), months=78, annual_rate=link_rate("operator-loan", akimat, stream), every_months=6,
        principal_grace_months=24, fixed_principal=None, drawdowns=_dated(year, (2, 20), first, second),
    )  # fmt: skip


def _drawdowns(calibration: Calibration, year: int, loans: Sequence[PlannedLoan]) -> tuple[int, int]:
    """Whole tenge of the first and of the second drawdown; the first carries what nobody will borrow."""
    early = sum(loan.amount for loan in loans if loan.disbursed_on < date(year, *SECOND_DRAWDOWN))
    total = sum(loan.amount for loan in loans)
    first = _millions(early + round(total * calibration.unused))
    return first, _millions(total + round(total * calibration.unused) - first) if total > early else 0


def _dated(year: int, day: tuple[int, int], first: int, second: int) -> tuple[tuple[date, int], ...]:
    late = date(year, 6, 20) if day[0] == 2 else date(year, 6, 28)
    return tuple((on, amount) for on, amount in ((date(year, *day), first), (late, second)) if amount > 0)


def _millions(amount: int) -> int:
    return max(MILLION, -(-amount // MILLION) * MILLION)
