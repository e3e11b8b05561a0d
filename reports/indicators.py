"""Target indicators: microcredits and sums lent since the beginning of the year against what the programme set out.

One table for each measure, so that every target stands beside its rule; then the same figures by region. Only loans
under the editions that set targets count: units in the year of the first payment, sums in the year they were paid;
the share of start-ups is by number (A-51). Targets are the law's (`lending.programmes.indicators`), for whole years; a
report on a month shows how far the year has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.money import TIYN_PER_TENGE
from lending.programmes.editions import Indicator
from lending.programmes.editions import Territory as Stream
from lending.programmes.indicators import Measure, indicators, stream
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import SumsWithShares, share
from reports.issued_loans import START_UP_SHARE
from reports.report import Cell, Column, Kind, Parameter, Report, Row, Section, phrase, tabulate
from reports.scope import LOANS, Scope, compose, scope_of

NAME = "indicators"
MILLION = 1_000_000 * TIYN_PER_TENGE
KINDS: Mapping[Measure, Kind] = {"loans": "integer", "amount": "money", "start-up-share": "percent"}
STREAM = Column(key="stream", kind="text")
BY_REGION = (
    columns.REGION, STREAM, columns.AMOUNT, columns.LOANS, Column(key="start-ups", kind="integer", adds=True),
    START_UP_SHARE,
)  # fmt: skip

LENT = f"""
    WITH {LOANS}, paid AS (
        SELECT d.paid_on, d.amount, loans.region_code, loans.territory_type, loans.start_up,
            row_number() OVER (PARTITION BY d.loan_id ORDER BY d.paid_on, d.id) = 1 AS first
        FROM disbursement d JOIN loans ON loans.id = d.loan_id
        WHERE d.paid_on <= :end AND loans.edition = ANY(CAST(:editions AS text[]))
    )
    SELECT coalesce(region_code, '') AS region, territory_type, count(*) FILTER (WHERE first) AS loans,
        count(*) FILTER (WHERE first AND start_up) AS start_ups, sum(amount)::bigint AS amount
    FROM paid WHERE paid_on >= :start GROUP BY 1, 2
"""  # noqa: S608 - put together from constants


@dataclass(slots=True)
class Lent:
    """What was lent: microcredits, those to start-ups among them, and tiyn."""

    loans: int = 0
    start_ups: int = 0
    amount: int = 0

    def add(self, loans: int, start_ups: int, amount: int) -> None:
        """Count further loans in."""
        self.loans += loans
        self.start_ups += start_ups
        self.amount += amount


def build(session: Session, request: ReportRequest) -> Report:
    """Lending from 1 January of the period's year to the last day of the period, both included."""
    scope = scope_of(session, request)
    start = date(request.period.end.year, 1, 1)
    lent = _lent(session, scope, start)
    sections = [_against_targets(measure, lent, request.period.end.year) for measure in KINDS]
    counted = Parameter(label=phrase("parameter.counted-from"), value=start, kind="date")
    return compose(session, request, scope, NAME, [*sections, _by_region(lent, scope)], parameters=[counted])


def _lent(session: Session, scope: Scope, start: date) -> dict[tuple[str, Stream], Lent]:
    lent: dict[tuple[str, Stream], Lent] = {}
    editions = sorted({each.edition for each in indicators()})
    for row in session.execute(text(LENT), {**scope.values, "start": start, "end": scope.on, "editions": editions}):
        found = lent.setdefault((row.region, stream(row.territory_type)), Lent())
        found.add(row.loans, row.start_ups, row.amount)
    return dict(sorted(lent.items()))


def _against_targets(measure: Measure, lent: Mapping[tuple[str, Stream], Lent], year: int) -> Section:
    table = (
        Column(key="rule", kind="identifier"),
        STREAM,
        Column(key="indicator-source", kind="text"),
        Column(key="target", kind=KINDS[measure]),
        Column(key="reached", kind=KINDS[measure]),
        Column(key="reached-share", kind="percent"),
    )
    rows = [_row(each, lent, year) for each in indicators() if each.measure == measure]
    return tabulate(table, rows, title=phrase(f"indicator.{measure}"))


def _row(indicator: Indicator, lent: Mapping[tuple[str, Stream], Lent], year: int) -> Row:
    whole = Lent()
    for (_, territory), each in lent.items():
        if territory == indicator.territory:
            whole.add(each.loans, each.start_ups, each.amount)
    target = indicator.target(year)
    words = (
        indicator.rule, phrase(f"stream.{indicator.territory}"), phrase(f"indicator-source.{indicator.source}"),
    )  # fmt: skip
    if indicator.measure == "start-up-share":
        reached = share(whole.start_ups, whole.loans)
        wanted = None if target is None else target.scaleb(-2)
        met: Cell = None if reached is None or wanted is None else (reached / wanted).quantize(Decimal("0.0001"))
        return (*words, wanted, reached, met)
    in_units = {"loans": 1, "amount": MILLION}[indicator.measure]
    figure = {"loans": whole.loans, "amount": whole.amount}[indicator.measure]
    goal = None if target is None else int(target * in_units)
    return (*words, goal, figure, None if goal is None else share(figure, goal))


def _by_region(lent: Mapping[tuple[str, Stream], Lent], scope: Scope) -> Section:
    rows = (
        (
            scope.region_name(region), phrase(f"stream.{territory}"), each.amount, each.loans, each.start_ups,
            share(each.start_ups, each.loans),
        )
        for (region, territory), each in lent.items()
    )  # fmt: skip
    shares = SumsWithShares({"start-up-share": (("start-ups",), "loans")})
    return tabulate(BY_REGION, rows, title=phrase("section.by-region"), group_by="region", sums=shares)


INDICATORS = ReportFamily(
    name=NAME,
    period_kinds=("month", "quarter", "half-year", "year"),
    build=build,
    deadlines=("746-RP-05", "746-RP-06", "746-RP-07", "746-RP-08", "919-RP-11", "919-RP-12"),
)
