"""Utilisation: of the money of every budget credit, how much went down each link, by when, and how much to start-ups.

Drawdown by drawdown, for each has its own clock; the agreements of a budget credit stand under it in the order of the
chain. The same money passes every link, so sums are given link by link and never across. The share of start-ups is
that of money lent for the first time in the sum of the agreement (746-CR-11). Deadlines and sums are the chain's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lending.applications.shares import OWING, first_turn_money
from lending.chain.tables import FacilityRow
from lending.chain.utilisation import Utilisation, conservation, utilisation
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import agree, share
from reports.report import Column, Phrase, Report, Row, Section, phrase, tabulate
from reports.scope import Scope, compose, scope_of

NAME = "utilisation"

LINKS = ("budget-credit", "bond", "operator-loan", "funding-line")
LINK = Column(key="link", kind="text")
AGREEMENT = Column(key="agreement", kind="identifier")
RECEIVED = Column(key="money-received", kind="money")
LENT = Column(key="lent-on", kind="money")
UTILISED = Column(key="utilised-share", kind="percent")
REMAINING = Column(key="remaining", kind="money")
SENT_BACK = Column(key="sent-back", kind="money")
BY_LINK = (
    LINK,
    Column(key="agreements", kind="integer"),
    columns.AMOUNT_AGREED,
    RECEIVED,
    LENT,
    UTILISED,
    SENT_BACK,
    REMAINING,
)
BY_REGION = (columns.REGION, *BY_LINK)
BY_CREDIT = (
    Column(key="budget-credit", kind="text"), LINK, AGREEMENT, columns.RECIPIENT,
    Column(key="received-on", kind="date"), RECEIVED, LENT, UTILISED, SENT_BACK, REMAINING,
    Column(key="utilise-by", kind="date"), Column(key="days-left", kind="integer"),
)  # fmt: skip
START_UPS = (
    LINK, AGREEMENT, columns.RECIPIENT, columns.AMOUNT_AGREED, Column(key="lent-to-borrowers", kind="money"),
    Column(key="start-up-amount", kind="money"), Column(key="start-up-of-agreement", kind="percent"),
)  # fmt: skip


@dataclass(slots=True)
class Sums:
    """Sums over drawdowns, in tiyn."""

    received: int = 0
    lent: int = 0
    unused: int = 0
    remaining: int = 0

    def add(self, drawdown: Utilisation) -> None:
        """Count a drawdown in."""
        self.received += drawdown.received
        self.lent += drawdown.lent
        self.unused += drawdown.unused
        self.remaining += drawdown.remaining


def build(session: Session, request: ReportRequest) -> Report:
    """Drawdowns up to the last day of the period, as they stand at its close.

    Raises:
        FiguresDisagree: the money of an agreement is not all accounted for.
    """
    scope = scope_of(session, request)
    seen = {row.id: row for row in scope.facilities_in_region}
    for each in conservation(session, scope.on, list(seen)):
        out = each.lent_fresh + each.lent_returned + each.repaid + each.budget + each.on_hand
        agree(NAME, f"the money of {seen[each.facility_id].number}", expected=each.received + each.returned, found=out)
    drawdowns: dict[int, list[Utilisation]] = {facility: [] for facility in seen}
    for drawdown in utilisation(session, scope.on, list(seen)):
        drawdowns[drawdown.facility_id].append(drawdown)
    sections = [
        tabulate(BY_LINK, _sums(seen.values(), drawdowns), title=phrase("section.by-link")),
        _by_region(scope, seen, drawdowns),
        _by_credit(scope, seen, drawdowns),
        _start_ups(session, scope, seen),
    ]
    return compose(session, request, scope, NAME, sections, notes=[phrase("note.start-up-rule")])


def _sums(rows: Iterable[FacilityRow], drawdowns: Mapping[int, Sequence[Utilisation]]) -> Iterator[Row]:
    """One row a link: agreements, what was agreed, and the sums of their drawdowns."""
    by_link: dict[str, list[FacilityRow]] = {}
    for row in rows:
        by_link.setdefault(row.link, []).append(row)
    for link in filter(by_link.__contains__, LINKS):
        sums = Sums()
        for row in by_link[link]:
            for drawdown in drawdowns[row.id]:
                sums.add(drawdown)
        yield (
            phrase(f"link.{link}"), len(by_link[link]), sum(row.amount for row in by_link[link]), sums.received,
            sums.lent, share(sums.lent, sums.received), sums.unused, sums.remaining,
        )  # fmt: skip


def _by_region(
    scope: Scope, seen: Mapping[int, FacilityRow], drawdowns: Mapping[int, Sequence[Utilisation]]
) -> Section:  # fmt: skip
    regions: dict[str, list[FacilityRow]] = {}
    for row in seen.values():
        regions.setdefault(scope.facility_regions[row.id], []).append(row)
    rows = (
        (scope.region_name(code), *sums) for code in sorted(regions) for sums in _sums(regions[code], drawdowns)
    )  # fmt: skip
    return tabulate(BY_REGION, rows, title=phrase("section.by-region-and-link"), group_by="region")


def _by_credit(
    scope: Scope, seen: Mapping[int, FacilityRow], drawdowns: Mapping[int, Sequence[Utilisation]]
) -> Section:  # fmt: skip
    rows = (
        (
            _heading(scope, top), phrase(f"link.{row.link}"), row.number, scope.name(row.borrower_id),
            each.received_on, each.received, each.lent, share(each.lent, each.received), each.unused, each.remaining,
            each.alert_by, each.days_left if each.remaining else None,
        )
        for top, row in _down(seen)
        for each in drawdowns[row.id]
    )  # fmt: skip
    return tabulate(BY_CREDIT, rows, title=phrase("section.by-credit"), group_by="budget-credit")


def _heading(scope: Scope, top: FacilityRow) -> Phrase:
    return phrase("value.agreement-with", number=top.number, party=scope.name(top.borrower_id))


def _down(seen: Mapping[int, FacilityRow]) -> Iterator[tuple[FacilityRow, FacilityRow]]:
    """Each agreement in sight with the topmost one above it that is in sight too, from the top down."""
    children: dict[int | None, list[FacilityRow]] = {}
    for row in seen.values():
        children.setdefault(row.parent_id if row.parent_id in seen else None, []).append(row)

    def below(top: FacilityRow, row: FacilityRow) -> Iterator[tuple[FacilityRow, FacilityRow]]:
        yield top, row
        for child in children.get(row.id, ()):
            yield from below(top, child)

    for top in children.get(None, ()):
        yield from below(top, top)


def _start_ups(session: Session, scope: Scope, seen: Mapping[int, FacilityRow]) -> Section:
    own = _of_creditors(seen.values())
    money = first_turn_money(session, [row.id for row in own], scope.on)
    rows = (
        (
            phrase(f"link.{row.link}"), row.number, scope.name(row.borrower_id), row.amount,
            money[row.id].start_ups + money[row.id].others, money[row.id].start_ups,
            share(money[row.id].start_ups, row.amount),
        )
        for row in own
    )  # fmt: skip
    return tabulate(START_UPS, rows, title=phrase("section.start-ups"))


def _of_creditors(rows: Iterable[FacilityRow]) -> list[FacilityRow]:
    """The agreements that organisations lend by, link by link from the top."""
    lent_by = [row for row in rows if row.link in OWING]
    return sorted(lent_by, key=lambda row: (LINKS.index(row.link), row.number))


UTILISATION = ReportFamily(
    name=NAME,
    period_kinds=("month", "quarter", "half-year", "year"),
    build=build,
    deadlines=("RM-RP-07", "RM-RP-09", "919-RP-14", "746-RP-11"),
)
