"""Subsidies of microfinance organisations: the register of tranches subsidised, and the calculation of every base.

A subsidy stands here from its confirmation, with what was decided and paid by the last day of the period; those taken
back by then are listed by themselves. The calculation names every loan of the tranche and every loan of relent money
meanwhile, in or out of the base and by which rule, so that each sum can be added up by hand. What counts is decided by
`lending.support`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.balances import balances
from lending.support import bookings
from lending.support.subsidies import calculation, subsidies
from lending.support.values import SheetLine, Subsidy
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import agree
from reports.report import Column, Phrase, Report, Row, Section, phrase, tabulate
from reports.scope import Scope, compose, scope_of

NAME = "subsidies"

SUBSIDY = Column(key="subsidy", kind="identifier")
AGREEMENT = Column(key="agreement", kind="identifier")
CONFIRMED_ON = Column(key="confirmed-on", kind="date")
BASE = Column(key="subsidy-base", kind="money", adds=True)
DECISION = Column(key="decision-number", kind="identifier")
DECIDED = Column(key="subsidy-decided", kind="money", adds=True)
REGISTER = (
    columns.RECIPIENT, SUBSIDY, AGREEMENT, Column(key="received-on", kind="date"),
    Column(key="money-received", kind="money", adds=True), Column(key="utilised-on", kind="date"), CONFIRMED_ON, BASE,
    Column(key="subsidy-rate", kind="percent"), Column(key="subsidy-ceiling", kind="money", adds=True), DECISION,
    Column(key="decided-on", kind="date"), DECIDED, Column(key="order-number", kind="identifier"),
    Column(key="paid-on", kind="date"), Column(key="paid", kind="money", adds=True),
    Column(key="unpaid", kind="money", adds=True),
    *(
        Column(key=key, kind="text", printed=False)
        for key in ("subsidy-operator", "subsidy-payer", "programme-edition", "confirmed-by", "decided-by", "state")
    ),
)  # fmt: skip
CALCULATION = (
    Column(key="subsidy-sheet", kind="text"), SUBSIDY, columns.CONTRACT_NUMBER, columns.CONTRACT_DATE,
    columns.BORROWER, columns.ID_NUMBER, columns.ISSUED_ON, Column(key="territory", kind="text"), columns.PURPOSE,
    Column(key="turn", kind="integer"), columns.AMOUNT, Column(key="counted", kind="money", adds=True),
    Column(key="not-counted", kind="money", adds=True), Column(key="verdict", kind="text"),
    Column(key="rule", kind="identifier"), Column(key="clause", kind="text", printed=False),
    Column(key="lot", kind="identifier", printed=False), Column(key="programme-edition", kind="text", printed=False),
)  # fmt: skip
WITHDRAWN = (
    columns.RECIPIENT, SUBSIDY, AGREEMENT, CONFIRMED_ON, Column(key="subsidy-base", kind="money"), DECISION,
    Column(key="subsidy-decided", kind="money"), Column(key="withdrawn-on", kind="date"),
    Column(key="reason", kind="text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """The subsidies of a report as they stood on its last day: those that stand, and those taken back in the period."""

    standing: tuple[Subsidy, ...]
    withdrawn: tuple[Subsidy, ...]


def build(session: Session, request: ReportRequest) -> Report:
    """Subsidies confirmed by the last day and not paid before the period, and those taken back within it.

    Raises:
        FiguresDisagree: bases, decisions or payments are not what the calculation and the books say.
    """
    scope = scope_of(session, request)
    listed = _listed(session, scope, request.period.start)
    sheets = [(each, calculation(session, each)) for each in listed.standing]
    for each, lines in sheets:
        agree(NAME, f"base of subsidy {each.id}", expected=each.base, found=sum(line.counted for line in lines))
    _check(session, scope, listed.standing)
    sections = [_register(scope, listed.standing), _calculation(sheets), _withdrawn(scope, listed.withdrawn)]
    payers = [each.payer_id for each in listed.standing]
    return compose(
        session, request, scope, NAME, sections, notes=[phrase("note.subsidy-base")], books=[*scope.books, *payers]
    )


def _listed(session: Session, scope: Scope, start: date) -> Listed:
    seen = {row.id for row in scope.facilities_in_region}
    ever = subsidies(session, on=scope.on)
    known = [each for each in ever if each.facility_id in seen and each.confirmed_on <= scope.on]
    standing = [_as_at(each, scope.on) for each in known if not _by(each.withdrawn_on, scope.on)]
    return Listed(
        tuple(each for each in standing if each.paid_on is None or each.paid_on >= start),
        tuple(each for each in known if each.withdrawn_on and start <= each.withdrawn_on <= scope.on),
    )


def _as_at(of: Subsidy, on: date) -> Subsidy:
    """A subsidy as it stood at the close of a day."""
    of = replace(of, withdrawn_on=None)
    if not _by(of.decided_on, on):
        of = replace(of, decided_on=None, decided=0, decision_number=None, decided_by=None)
    return of


def _by(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _check(session: Session, scope: Scope, standing: Sequence[Subsidy]) -> None:
    subjects = [bookings.subsidy(each.id) for each in standing]
    accounts = ("subsidy-income", "subsidy-receivable")
    booked = dict.fromkeys(accounts, 0)
    for line in balances(session, effective_on=scope.on, accounts=accounts, subjects=subjects):
        booked[line.account] += line.tiyn
    decided, paid = sum(each.decided for each in standing), sum(each.paid for each in standing)
    agree(NAME, "subsidies decided", expected=-booked["subsidy-income"], found=decided)
    agree(NAME, "subsidies unpaid", expected=booked["subsidy-receivable"], found=decided - paid)


def _register(scope: Scope, standing: Sequence[Subsidy]) -> Section:
    rows: Iterable[Row] = (
        (
            scope.name(each.recipient_id), str(each.id), each.facility, each.arrived_on, each.received,
            each.utilised_on, each.confirmed_on, each.base, each.rate, each.ceiling, each.decision_number,
            each.decided_on, each.decided, each.order_number, each.paid_on, each.paid, each.decided - each.paid,
            scope.name(each.operator_id), scope.name(each.payer_id), phrase(f"edition.{each.edition}"),
            each.confirmed_by, each.decided_by, phrase(f"subsidy-state.{each.state}"),
        )
        for each in sorted(standing, key=lambda each: (each.recipient_id, each.confirmed_on, each.id))
    )  # fmt: skip
    return tabulate(REGISTER, rows, title=phrase("section.register"), group_by="recipient")


def _calculation(sheets: Iterable[tuple[Subsidy, Sequence[SheetLine]]]) -> Section:
    def rows() -> Iterator[Row]:
        for each, lines in sheets:
            for line in lines:
                draw = line.draw
                yield (
                    _heading(each), str(each.id), draw.contract_number, draw.contract_date, draw.borrower,
                    draw.id_number, draw.lent_on, phrase(f"territory.{draw.territory}"),
                    phrase(f"purpose.{draw.purpose}"), draw.turn, draw.amount, line.counted,
                    draw.amount - line.counted, phrase(f"verdict.{line.verdict}"), line.rule, line.clause,
                    str(draw.lot_id), phrase(f"edition.{draw.edition}"),
                )  # fmt: skip

    return tabulate(CALCULATION, rows(), title=phrase("section.calculation"), group_by="subsidy-sheet")


def _heading(of: Subsidy) -> Phrase:
    return phrase("value.subsidy-sheet", id=of.id, number=of.facility, on=of.arrived_on)


def _withdrawn(scope: Scope, withdrawn: Iterable[Subsidy]) -> Section:
    rows: Iterable[Row] = (
        (
            scope.name(each.recipient_id), str(each.id), each.facility, each.confirmed_on, each.base,
            each.decision_number, each.decided or None, each.withdrawn_on, each.reason,
        )
        for each in withdrawn
    )  # fmt: skip
    return tabulate(WITHDRAWN, rows, title=phrase("section.withdrawn"))


SUBSIDIES = ReportFamily(name=NAME, period_kinds=("month", "quarter", "half-year", "year"), build=build)
