"""The closing page of the demo: what just happened, told to a stranger in figures.

Every figure is asked of the books after the story, not counted on the way; the words are the catalogue's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from moneyed import Money
from rich.console import Console
from rich.table import Table
from sqlalchemy import Select, column, func, select, text
from sqlalchemy.orm import Session

from api.identity.demo_people import DemoPerson
from guarantees.tables import (
    ClaimStepRow,
    CommissionTransferRow,
    GuaranteeChangeRow,
    GuaranteeRefusalRow,
    GuaranteeRow,
    RecoveryRow,
)
from ledger.money import from_tiyn, tenge
from ledger.tables import OrganisationRow
from lending.chain.facilities import facilities
from lending.chain.returns import owed
from lending.chain.tables import BudgetReturnPaymentRow, FacilityPaymentRow, LotMovementRow, LotRow
from lending.chain.utilisation import conservation
from lending.microcredits.arrears import portfolio
from lending.microcredits.tables import LoanRecoveryRow, LoanRow, LoanScheduleRow, RepaymentRow, WriteOffRow
from lending.oversight.cases import cases
from lending.oversight.jobs import job_statuses
from lending.oversight.violations import violations
from lending.support.grants import grants
from lending.support.subsidies import calculation, subsidies
from reports.listings.guarantees import APPLICATIONS
from reports.words import Lang, say, value_text

#: Days past due beyond which a loan is counted, and under which words.
LATE = {30: "demo.par30", 90: "demo.par90"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how many (None: not counted) and how much."""

    what: str
    count: int | None
    money: Money


@dataclass(frozen=True, slots=True)
class Doing:
    """What the demo did beside moving money."""

    files: int
    months: int
    reports: int
    folder: str
    checks: int
    broken: int
    seconds: float
    hints: Sequence[str]
    people: Sequence[DemoPerson] = ()
    serves: bool = False


def print_closing_page(session: Session, on: date, doing: Doing, lang: Lang, console: Console) -> None:
    """Print the page as of the close of ``on``."""
    loans = session.scalar(select(func.count()).select_from(LoanRow)) or 0
    first = session.scalar(select(func.min(LoanRow.contract_date)))
    years = f"{first.year if first else on.year}–{on.year}"
    console.print()
    console.rule(say("demo.title", lang, years=years, loans=Decimal(loans)))
    _print_lines(console, say("demo.down", lang), _down(session, lang), lang)
    _print_lines(console, say("demo.up", lang), _up(session, lang), lang)
    _print_lines(console, say("demo.budget", lang), _budget(session, on, lang), lang)
    _print_lines(console, say("demo.portfolio", lang, on=on), _portfolio(session, on, lang), lang)
    _print_lines(console, say("demo.refused", lang), _refused(session, lang), lang)
    _print_lines(console, say("demo.wrong", lang), _wrong(session, lang), lang)
    _print_lines(console, say("demo.oversight", lang), _oversight(session, on, lang), lang)
    _print_lines(console, say("demo.support", lang), _support(session, on, lang), lang)
    console.print(f"\n[bold]{say('demo.work', lang)}[/]")
    for sentence in _work(session, on, doing, lang):
        console.print(f"  {sentence}")
    console.print(f"\n[bold]{say('demo.next', lang)}[/]")
    for hint in doing.hints:
        console.print(f"  {hint}", markup=False)
    if doing.people:
        _print_people(console, doing, lang)


def _print_people(console: Console, doing: Doing, lang: Lang) -> None:
    """Who the pages can be entered as, and the one password of them all."""
    console.print(f"\n[bold]{say('demo.people', lang)}[/]")
    table = Table(show_header=False, box=None, padding=(0, 2))
    for organisation, people in groupby(doing.people, key=lambda each: each.organisation):
        table.add_row(organisation, ", ".join(each.login for each in people))
    console.print(table)
    console.print(f"  {say('demo.password', lang, password=doing.people[0].password)}", markup=False)
    if not doing.serves:
        console.print(f"  {say('demo.serve-hint', lang)}", markup=False)


REFUSED = text(
    """
    SELECT found ->> 'rule' AS rule, split_part(found ->> 'clause', '«', 1) AS clause, count(*) AS applications,
        sum((s.facts ->> 'amount')::numeric) AS amount
    FROM application_step s CROSS JOIN LATERAL jsonb_array_elements(s.findings) AS found
    WHERE s.act = 'refuse' AND found ->> 'severity' = 'blocks' GROUP BY 1, 2 ORDER BY 3 DESC, 1
    """
)


def _refused(session: Session, lang: Lang) -> Iterator[Line]:
    """Applications refused, by the clause that stopped them; one stopped by several is told under each."""
    for row in session.execute(REFUSED):
        what = say("demo.refused-by", lang, rule=row.rule, clause=row.clause.strip(" :"))
        yield Line(what, row.applications, tenge(row.amount))


def _print_lines(console: Console, title: str, lines: Iterator[Line], lang: Lang) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_column(min_width=52)
    table.add_column(justify="right", min_width=9)
    table.add_column(justify="right")
    for line in lines:
        count = "" if line.count is None else value_text(Decimal(line.count), lang)
        table.add_row(line.what, count, value_text(line.money, lang))
    console.print(f"\n[bold]{title}[/]")
    console.print(table)


def _down(session: Session, lang: Lang) -> Iterator[Line]:
    agreements = facilities(session)
    received = {each.facility_id: each.received for each in conservation(session)}
    for link in ("budget-credit", "operator-loan", "funding-line"):
        own = [each.id for each in agreements.values() if each.link == link]
        total = sum(received.get(facility_id, 0) for facility_id in own)
        yield Line(say(f"demo.link.{link}", lang), len(own), from_tiyn(total))
    lent = (
        select(LotRow.kind, func.count(LotMovementRow.loan_id.distinct()), -func.sum(LotMovementRow.amount))
        .join(LotRow, LotRow.id == LotMovementRow.lot_id)
        .where(LotMovementRow.loan_id.is_not(None), LotMovementRow.kind == "lent")
        .group_by(LotRow.kind)
    )
    by_kind = {kind: (count, tiyn) for kind, count, tiyn in session.execute(lent)}
    for kind, key in (("fresh", "demo.fresh"), ("returned", "demo.relent")):
        count, tiyn = by_kind.get(kind, (0, 0))
        yield Line(say(key, lang), count, from_tiyn(tiyn))


def _up(session: Session, lang: Lang) -> Iterator[Line]:
    sums = select(func.count(), func.sum(RepaymentRow.principal), func.sum(RepaymentRow.interest))
    count, principal, interest = session.execute(sums.where(RepaymentRow.amount != 0)).one()
    yield Line(say("demo.repaid", lang), count, from_tiyn(principal or 0))
    yield Line(say("demo.interest", lang), None, from_tiyn(interest or 0))
    up = session.execute(select(func.count(), func.sum(FacilityPaymentRow.principal))).one()
    yield Line(say("demo.chain-repaid", lang), up[0], from_tiyn(up[1] or 0))
    lowest = {each.id for each in facilities(session).values()} - {
        each.parent_id for each in facilities(session).values()
    }
    on_hand = sum(each.on_hand for each in conservation(session) if each.facility_id in lowest)
    yield Line(say("demo.on-hand", lang), None, from_tiyn(on_hand))


def _budget(session: Session, on: date, lang: Lang) -> Iterator[Line]:
    returned = session.execute(select(func.count(), func.sum(BudgetReturnPaymentRow.amount))).one()
    yield Line(say("demo.returned", lang), returned[0], from_tiyn(returned[1] or 0))
    by_day: dict[date, list[int]] = {}
    for debt in owed(session, on):
        by_day.setdefault(debt.due_on, []).append(debt.amount - debt.paid)
    for due_on, sums in sorted(by_day.items()):
        yield Line(say("demo.owed", lang, due_on=due_on), len(sums), from_tiyn(sum(sums)))
    if not by_day:
        yield Line(say("demo.nothing-owed", lang), None, from_tiyn(0))


def _portfolio(session: Session, on: date, lang: Lang) -> Iterator[Line]:
    loans, outstanding, late = 0, 0, {days: [0, 0] for days in LATE}
    for chunk in portfolio(session, on):
        standing = chunk.principal > 0
        loans += int(standing.sum())
        outstanding += int(chunk.principal.sum())
        for days, found in late.items():
            beyond = standing & (chunk.days_past_due > days)
            found[0] += int(beyond.sum())
            found[1] += int(chunk.principal[beyond].sum())
    yield Line(say("demo.outstanding", lang), loans, from_tiyn(outstanding))
    for days, (count, tiyn) in late.items():
        yield Line(say(LATE[days], lang), count, from_tiyn(tiyn))


def _wrong(session: Session, lang: Lang) -> Iterator[Line]:
    """Loans that went wrong: new terms, losses, and what came in all the same."""
    debt = func.sum(
        select(func.sum(column("part")))
        .select_from(func.unnest(LoanScheduleRow.principal).alias("part"))
        .scalar_subquery()
    )
    under_new_terms = select(func.count(), debt).where(LoanScheduleRow.reason == "restructured")
    lost = select(func.count(), func.sum(WriteOffRow.principal + WriteOffRow.interest + WriteOffRow.penalty))
    come_in = select(func.count(), func.sum(LoanRecoveryRow.amount))
    for key, query in (
        ("demo.restructured", under_new_terms), ("demo.written-off", lost), ("demo.recovered", come_in)
    ):  # fmt: skip
        count, tiyn = session.execute(query).one()
        yield Line(say(key, lang), count, from_tiyn(int(tiyn or 0)))


def _oversight(session: Session, on: date, lang: Lang) -> Iterator[Line]:
    standing, found = cases(session, on), violations(session, on)
    proved = [case for case in standing if case.outcome == "confirmed"]
    late = [case for case in standing if case.late(on)]
    demanded = [each for each in found if each.pay_by]
    yield Line(say("demo.proved", lang), len(proved), from_tiyn(sum(case.confirmed for case in proved)))
    yield Line(say("demo.late", lang), len(late), from_tiyn(sum(case.unconfirmed for case in late)))
    mended = [each for each in found if each.resolution == "mended"]
    for key, own in (("demo.violations", found), ("demo.mended", mended)):
        yield Line(say(key, lang), len(own), from_tiyn(sum(each.amount for each in own)))
    yield Line(say("demo.demanded", lang), len(demanded), from_tiyn(sum(each.demanded for each in demanded)))
    yield Line(say("demo.fined", lang), len(demanded), from_tiyn(sum(each.fine for each in demanded)))


def _waiting(on: date) -> Select[int, Any]:
    """Applications for a guarantee that no guarantor has decided, and what they ask for, as guarantors see them."""
    listed = APPLICATIONS.statement(on).subquery()
    counted = select(func.count(), func.sum(listed.c.guarantee))
    return counted.select_from(listed).where(listed.c.application_state == "waiting")


def _support(session: Session, on: date, lang: Lang) -> Iterator[Line]:
    """Guarantees, subsidies and grants, asked of their tables."""
    change, transfer, step, recovery = GuaranteeChangeRow, CommissionTransferRow, ClaimStepRow, RecoveryRow
    refused = select(func.count(), func.sum(LoanRow.amount)).join(
        GuaranteeRefusalRow, GuaranteeRefusalRow.loan_id == LoanRow.id
    )
    sums = {
        "demo.guaranteed": select(func.count(), func.sum(change.amount)).where(change.kind == "concluded"),
        "demo.half-guaranteed": select(func.count(), func.sum(change.amount))
        .join(GuaranteeRow, GuaranteeRow.id == change.guarantee_id)
        .where(change.kind == "concluded", GuaranteeRow.borrower_class == "operating"),
        "demo.commissions": select(func.count(), func.sum(transfer.amount)).where(transfer.amount > 0),
        "demo.remainders": select(func.count(), func.sum(transfer.amount)).where(transfer.kind == "remainder"),
        "demo.absorbed": select(func.count(change.guarantee_id.distinct()), func.sum(change.commission)),
        "demo.unabsorbed": select(func.count(), -func.sum(transfer.amount)).where(transfer.kind == "returned"),
        "demo.unallocated": refused.where(GuaranteeRefusalRow.reason == "allocation-exhausted"),
        "demo.waiting": _waiting(on),
        "demo.claims": select(func.count(), func.sum(step.amount)).where(step.kind == "paid"),
        "demo.claims-recovered": select(func.count(), func.sum(recovery.guarantor_part)),
    }
    for key, query in sums.items():
        count, tiyn = session.execute(query).one()
        yield Line(say(key, lang), count, from_tiyn(int(tiyn or 0)))
    paid = [each for each in subsidies(session) if each.paid]
    yield Line(say("demo.subsidies", lang), len(paid), from_tiyn(sum(each.paid for each in paid)))
    out = [line.draw for each in paid for line in calculation(session, each) if line.verdict == "relent"]
    yield Line(say("demo.subsidies-relent", lang), len(out), from_tiyn(sum(each.amount for each in out)))
    given = [each for each in grants(session) if each.paid]
    yield Line(say("demo.grants", lang), len(given), from_tiyn(sum(each.paid for each in given)))


def _work(session: Session, on: date, doing: Doing, lang: Lang) -> Iterator[str]:
    books = session.scalar(select(func.count()).select_from(OrganisationRow)) or 0
    jobs = job_statuses(session, on)
    proved, required = (sum(getattr(each, name) for each in jobs) for name in ("proved", "required"))
    yield say("demo.jobs", lang, proved=Decimal(proved), required=Decimal(required))
    yield say("demo.registers", lang, files=Decimal(doing.files))
    yield say("demo.months", lang, months=doing.months, books=books)
    yield say("demo.reports", lang, files=doing.reports, folder=doing.folder)
    if doing.broken:
        yield say("demo.breaks", lang, checks=doing.checks, broken=doing.broken)
    else:
        yield say("demo.holds", lang, checks=doing.checks)
    yield say("demo.took", lang, seconds=round(doing.seconds))
