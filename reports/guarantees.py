"""Guarantees: the register of guarantee contracts, how each stands on the last day, and sums by guarantor.

Every sum can be worked out again from its row: the guarantee is the loan times the share, the commission the guarantee
times the rate, the risk follows from what is unpaid, what was paid on claims, and the rule of the contract. What is
booked of the risk stands beside it; in a closed month the two agree. An organisation sees the guarantees it is a party
to, pays for, or whose loans were lent out of its money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import text
from sqlalchemy.orm import Session

from guarantees.standing import STANDING, booked, debts, stood
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import agree
from reports.report import Column, Report, Row, Section, phrase, tabulate
from reports.scope import REGION_DIGITS, Scope, compose, scope_of

NAME = "guarantees"

GUARANTEE_NUMBER = Column(key="guarantee-number", kind="identifier")
SIGNED_ON = Column(key="signed-on", kind="date")
STATE = Column(key="state", kind="text")
COMMISSION_RATE = Column(key="commission-rate", kind="percent")
COMMISSION = Column(key="commission", kind="money", adds=True)
EXPOSURE = Column(key="exposure", kind="money", adds=True)
PARTIES = (columns.GUARANTOR, columns.LENDER, columns.BORROWER, columns.ID_NUMBER, GUARANTEE_NUMBER)

SUMMARY = (
    columns.GUARANTOR, STATE, Column(key="guarantees", kind="integer", adds=True),
    Column(key="concluded-in-period", kind="integer", adds=True), columns.GUARANTEE, COMMISSION, EXPOSURE,
)  # fmt: skip
REGISTER = (
    columns.REGION, columns.NUMBER, *PARTIES, SIGNED_ON, columns.CONTRACT_NUMBER, columns.CONTRACT_DATE, columns.AMOUNT,
    columns.GUARANTEE_SHARE, columns.GUARANTEE, COMMISSION_RATE, COMMISSION,
    Column(key="unpaid-principal", kind="money", adds=True), Column(key="paid-on-claims", kind="money", adds=True),
    EXPOSURE, STATE,
    *(Column(key=key, kind="money", adds=True, printed=False)
      for key in ("exposure-booked", "commission-earned", "commission-deferred")),
    *(Column(key=key, kind="date", printed=False) for key in ("expires-on", "claims-until")),
    *(Column(key=key, kind="text", printed=False)
      for key in ("reduction", "borrower-class", "territory", "programme-edition")),
    Column(key="share-cap", kind="percent", printed=False), Column(key="allocation", kind="identifier", printed=False),
)  # fmt: skip

#: A common table expression ``sight``: guarantees in sight as they stand on ``:on``, with loan, borrower, allocation.
SIGHT = f"""
    {STANDING}, sight AS (
        SELECT s.*, left(coalesce(l.kato, a.unit), {REGION_DIGITS}) AS region_code, l.contract_number, l.contract_date,
            l.amount AS loan_amount, l.territory_type, b.name AS borrower, b.id_number, a.number AS allocation,
            a.akimat_id
        FROM standing s JOIN loan l ON l.id = s.loan_id JOIN borrower b ON b.id = l.borrower_id
        JOIN allocation a ON a.id = s.allocation_id
        WHERE (CAST(:viewer AS bigint) IS NULL OR :viewer IN (s.guarantor_id, s.lender_id, a.akimat_id)
               OR l.facility_id = ANY(CAST(:facilities AS bigint[])))
          AND (CAST(:region AS text) IS NULL OR left(coalesce(l.kato, a.unit), {REGION_DIGITS}) = :region)
    )
"""  # noqa: S608 - put together from constants

IN_SIGHT = text(f"WITH {SIGHT} SELECT * FROM sight ORDER BY region_code, signed_on, id")  # noqa: S608


def build(session: Session, request: ReportRequest) -> Report:
    """Guarantees signed by the last day of the period, and how they stand then.

    Raises:
        FiguresDisagree: what is earned and deferred in the ledger is not the commission of the contracts.
    """
    scope = scope_of(session, request)
    rows = session.execute(IN_SIGHT, sight_of(scope)).all()
    figures = _figures(session, scope, rows)
    agree(
        NAME,
        "commissions earned and deferred",
        expected=sum(each.commission for each in rows),
        found=sum(each["earned"] + each["deferred"] for each in figures.values()),
    )
    sections = [_summary(rows, figures, scope, request), _register(rows, figures, scope)]
    books = {book for each in rows for book in (each.guarantor_id, each.lender_id, each.akimat_id)}
    return compose(session, request, scope, NAME, sections, books=sorted({*scope.books, *books}))


def sight_of(scope: Scope) -> dict[str, Any]:
    """Values for a statement with `SIGHT`."""
    viewer = None if scope.organisation is None else scope.organisation.id
    return {**scope.values, "viewer": viewer, "on": scope.on}


def _figures(session: Session, scope: Scope, rows: Sequence[Record[Any]]) -> dict[int, dict[str, int]]:
    """What follows from loans, claims and the ledger, in tiyn by guarantee."""
    ids = [each.id for each in rows]
    behind = debts(session, ids, scope.on)
    accounts = {
        name: booked(session, code, ids, scope.on)
        for name, code in (
            ("booked", "guarantee-issued"), ("earned", "commission-income"), ("deferred", "commission-deferred"),
        )
    }  # fmt: skip
    return {
        each.id: {
            "unpaid": behind[each.id].unpaid,
            "net_paid": behind[each.id].net_paid,
            "exposure": behind[each.id].exposure(stood(each)),
            **{name: by_id.get(each.id, 0) for name, by_id in accounts.items()},
        }
        for each in rows
    }


def _summary(
    rows: Sequence[Record[Any]], figures: Mapping[int, Mapping[str, int]], scope: Scope, request: ReportRequest
) -> Section:
    sums: dict[tuple[int, str], list[int]] = {}
    for each in rows:
        concluded = int(each.signed_on >= request.period.start)
        cells = (1, concluded, each.amount, each.commission, figures[each.id]["exposure"])
        before = sums.setdefault((each.guarantor_id, each.state), [0] * len(cells))
        before[:] = (one + other for one, other in zip(before, cells, strict=True))
    lines: list[Row] = [
        (scope.name(guarantor), phrase(f"guarantee-state.{state}"), *cells)
        for (guarantor, state), cells in sorted(sums.items())
    ]
    return tabulate(SUMMARY, lines, title=phrase("section.by-guarantor"), group_by="guarantor")


def _register(
    rows: Sequence[Record[Any]], figures: Mapping[int, Mapping[str, int]], scope: Scope
) -> Section:  # fmt: skip
    lines = (_row(number, each, figures[each.id], scope) for number, each in enumerate(rows, start=1))
    return tabulate(REGISTER, lines, title=phrase("section.register"), group_by="region")


def _row(number: int, each: Record[Any], own: Mapping[str, int], scope: Scope) -> Row:
    standing = stood(each)
    return (
        scope.region_name(each.region_code), number, scope.name(each.guarantor_id), scope.name(each.lender_id),
        each.borrower, each.id_number, each.number, each.signed_on, each.contract_number, each.contract_date,
        each.loan_amount, each.share, each.amount, each.commission_rate, each.commission, own["unpaid"],
        own["net_paid"], own["exposure"], phrase(f"guarantee-state.{each.state}"), own["booked"], own["earned"],
        own["deferred"], each.expires_on, standing.claims_until, phrase(f"reduction.{standing.conditions.reduction}"),
        phrase(f"borrower-class.{each.borrower_class}"), phrase(f"territory.{each.territory_type}"),
        phrase(f"edition.{each.edition}"), each.share_max, each.allocation,
    )  # fmt: skip


GUARANTEES = ReportFamily(
    name=NAME, period_kinds=("month", "quarter", "half-year", "year"), build=build,
    deadlines=("919-RP-11", "746-RP-05"),
)  # fmt: skip
