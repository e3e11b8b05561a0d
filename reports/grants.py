"""State grants: who was given what for what by which decision, what was paid, and how the year after goes.

A grant stands here until its year of accompaniment has ended, as it was at the close of the period; grants taken back
by then are left out. The target of the year is the law's (746-KP-16), for the whole country. Nothing is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.money import from_tiyn
from lending.programmes.editions import editions
from lending.support import bookings
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import SumsWithShares, agree, share
from reports.report import Column, Phrase, Report, Row, Section, phrase, tabulate
from reports.scope import REGION_DIGITS, Scope, compose, scope_of

NAME = "grants"

GRANTS = Column(key="grants", kind="integer", adds=True)
PAID = Column(key="paid", kind="money", adds=True)
UNPAID = Column(key="unpaid", kind="money", adds=True)
SUMMARY = (Column(key="grant-payer", kind="text"), Column(key="funding-source", kind="text"), GRANTS, columns.AMOUNT,
           PAID, UNPAID)  # fmt: skip
REGISTER = (
    Column(key="grant-payer", kind="text"), Column(key="grant", kind="identifier"),
    Column(key="participant", kind="text"), columns.ID_NUMBER, Column(key="ground", kind="text"),
    Column(key="proof-number", kind="identifier"), Column(key="proof-date", kind="date"),
    Column(key="opinion-number", kind="identifier"), Column(key="opinion-date", kind="date"),
    Column(key="decision-number", kind="identifier"), Column(key="decided-on", kind="date"),
    Column(key="mci", kind="integer"), Column(key="grant-cap", kind="money"), columns.AMOUNT,
    Column(key="uses", kind="text"), Column(key="order-number", kind="identifier"),
    Column(key="paid-on", kind="date"), PAID, UNPAID, Column(key="accompanied-until", kind="date"),
    Column(key="visits", kind="integer", adds=True), Column(key="last-visit", kind="date"),
    Column(key="proved", kind="money", adds=True), Column(key="unproved", kind="money", adds=True),
    Column(key="employment-centre", kind="text", printed=False),
    Column(key="funding-source", kind="text", printed=False),
    Column(key="programme-edition", kind="text", printed=False), Column(key="warnings", kind="integer", printed=False),
    Column(key="support-checked-on", kind="date", printed=False),
)  # fmt: skip
USES = (
    Column(key="use", kind="text"),
    Column(key="grants", kind="integer"),
    columns.AMOUNT,
    Column(key="share", kind="percent"),
)
TARGETS = (
    Column(key="rule", kind="identifier"), Column(key="target", kind="integer"),
    Column(key="reached", kind="integer"), Column(key="reached-share", kind="percent"),
)  # fmt: skip

#: Grants in sight at the close of a day: not paid, or still accompanied when the period began.
LISTED = text(
    """
    SELECT g.*, p.order_number, p.paid_on, coalesce(p.amount, 0) AS paid, p.accompanied_until,
        coalesce(j.visits, 0) AS visits, j.last_visit, coalesce(j.spent, 0)::bigint AS spent
    FROM state_grant g
    LEFT JOIN grant_payment p ON p.grant_id = g.id AND p.paid_on <= :end AND NOT EXISTS (
        SELECT FROM grant_reversal r WHERE r.payment_id = p.id AND r.reversed_on <= :end)
    LEFT JOIN grant_withdrawal w ON w.grant_id = g.id AND w.withdrawn_on <= :end
    LEFT JOIN LATERAL (
        SELECT count(*) AS visits, max(visited_on) AS last_visit, sum(spent) AS spent FROM grant_journal
        WHERE payment_id = p.id AND visited_on <= :end
    ) AS j ON true
    WHERE g.decided_on <= :end AND w.grant_id IS NULL AND (p.paid_on IS NULL OR p.accompanied_until >= :start)
    ORDER BY g.payer_id, g.decided_on, g.id
    """
)
REACHED = text(
    """
    SELECT count(*) FROM state_grant g JOIN grant_payment p ON p.grant_id = g.id
    LEFT JOIN grant_reversal r ON r.payment_id = p.id AND r.reversed_on <= :end
    WHERE g.edition = :edition AND p.paid_on BETWEEN :start AND :end AND r.payment_id IS NULL
    """
)


def build(session: Session, request: ReportRequest) -> Report:
    """Grants by akimat and budget, one by one, by use, and against the year's target.

    Raises:
        FiguresDisagree: the grants and the books do not add up to the same.
    """
    scope = scope_of(session, request)
    rows = session.execute(LISTED, {"start": request.period.start, "end": scope.on})
    grants = [each for each in rows if _in_sight(scope, each.payer_id)]
    _check(session, scope, grants)
    sections = [_summary(scope, grants), _register(scope, grants), _uses(grants)]
    if scope.organisation is None and scope.region is None:
        sections.append(_targets(session, scope.on))
    books = {each.payer_id for each in grants} | set(scope.books)
    return compose(session, request, scope, NAME, sections, notes=[phrase("note.grant-once")], books=books)


def _in_sight(scope: Scope, payer: int) -> bool:
    region = (scope.organisations[payer].region or "")[:REGION_DIGITS]
    return (scope.organisation is None or scope.organisation.id == payer) and scope.values["region"] in (None, region)


def _check(session: Session, scope: Scope, grants: Sequence[Record[Any]]) -> None:
    subjects = [bookings.grant(each.id) for each in grants]
    accounts = ("grant-expense", "grant-payable")
    booked = dict.fromkeys(accounts, 0)
    for line in balances(session, effective_on=scope.on, accounts=accounts, subjects=subjects):
        booked[line.account] += line.tiyn
    awarded, paid = sum(each.amount for each in grants), sum(each.paid for each in grants)
    agree(NAME, "grants awarded", expected=booked["grant-expense"], found=awarded)
    agree(NAME, "grants unpaid", expected=-booked["grant-payable"], found=awarded - paid)


def _summary(scope: Scope, grants: Iterable[Record[Any]]) -> Section:
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in grants:
        total = sums[each.payer_id, each.fund_source]
        total[:] = (total[0] + 1, total[1] + each.amount, total[2] + each.paid)
    rows = (
        (scope.name(payer), phrase(f"fund-source.{source}"), count, amount, paid, amount - paid)
        for (payer, source), (count, amount, paid) in sorted(sums.items())
    )
    return tabulate(SUMMARY, rows, title=phrase("section.by-akimat"), group_by="grant-payer")


def _register(scope: Scope, grants: Iterable[Record[Any]]) -> Section:
    rows: Iterable[Row] = (
        (
            scope.name(each.payer_id), str(each.id), each.name, each.id_number, phrase(f"ground.{each.ground}"),
            each.proof["number"], date.fromisoformat(each.proof["issued_on"]), each.opinion["number"],
            date.fromisoformat(each.opinion["issued_on"]), each.number, each.decided_on, each.mci, each.cap,
            each.amount, phrase("value.list", items=tuple(_use(**use) for use in each.uses)), each.order_number,
            each.paid_on, each.paid, each.amount - each.paid, each.accompanied_until, each.visits, each.last_visit,
            each.spent, each.paid - each.spent, each.centre, phrase(f"fund-source.{each.fund_source}"),
            phrase(f"edition.{each.edition}"), len(each.warnings), each.support_checked_on,
        )
        for each in grants
    )  # fmt: skip
    return tabulate(REGISTER, rows, title=phrase("section.register"), group_by="grant-payer")


def _use(kind: str, tiyn: int) -> Phrase:
    return phrase("value.use", use=phrase(f"use.{kind}"), amount=from_tiyn(tiyn))


def _uses(grants: Sequence[Record[Any]]) -> Section:
    """Grants and sums by use; a grant for two uses counts in both."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for each in grants:
        for kind in {use["kind"] for use in each.uses}:
            sums[kind][0] += 1
            sums[kind][1] += sum(use["tiyn"] for use in each.uses if use["kind"] == kind)
    whole = sum(each.amount for each in grants)
    rows = (
        (phrase(f"use.{kind}"), count, amount, share(amount, whole)) for kind, (count, amount) in sorted(sums.items())
    )
    shares = SumsWithShares({"share": (("amount",), "amount")})
    return tabulate(USES, rows, title=phrase("section.by-use"), sums=shares)


def _targets(session: Session, on: date) -> Section:
    """Persons with grants paid since the beginning of the year against the target of the year."""
    since = on.replace(month=1, day=1)
    rows: list[Row] = []
    for of in editions().values():
        for each in of.indicators:
            if each.measure == "grants" and on.year in each.targets:
                reached = session.scalar(REACHED, {"edition": of.id, "start": since, "end": on}) or 0
                target = int(each.targets[on.year] * PER_UNIT[each.unit])
                rows.append((each.rule, target, reached, share(reached, target)))
    return tabulate(TARGETS, rows, title=phrase("section.indicator-grants"))


#: Persons in a unit of the indicators.
PER_UNIT = {"units": 1, "thousand": 1000}

STATE_GRANTS = ReportFamily(name=NAME, period_kinds=("month", "quarter", "half-year", "year"), build=build)
