"""Issued loans: the monthly register of money paid out to borrowers, by region, with a summary by territory.

One row a payment: a loan in tranches stands there once a tranche and counts once. Every payment is split by the lots
it was taken from into money lent for the first time and money lent again. What the columns follow is told in
``docs/reports.md``; the programmes' own annexes give no list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger import chart
from reports import columns
from reports.family import ReportFamily, ReportRequest
from reports.figures import SumsWithShares, agree, share
from reports.report import Column, Report, Row, Section, phrase, tabulate
from reports.scope import LOANS, Scope, compose, scope_of

NAME = "issued-loans"

FIRST_TURN = Column(key="first-turn", kind="money", adds=True)
RELENT = Column(key="relent", kind="money", adds=True)
START_UP_AMOUNT = Column(key="start-up-amount", kind="money", adds=True)
START_UP_SHARE = Column(key="start-up-share", kind="percent")
TERRITORY = Column(key="territory", kind="text")

SUMMARY = (
    columns.REGION, TERRITORY, columns.LOANS, columns.AMOUNT, FIRST_TURN, RELENT, START_UP_AMOUNT, START_UP_SHARE,
)  # fmt: skip
REGISTER = (
    columns.REGION, columns.NUMBER, columns.LENDER, columns.BORROWER, columns.ID_NUMBER, columns.CONTRACT_NUMBER,
    columns.CONTRACT_DATE, columns.ISSUED_ON, columns.AMOUNT, FIRST_TURN, RELENT, columns.NOMINAL_RATE,
    columns.EFFECTIVE_RATE, columns.TERM, columns.GRACE, columns.PURPOSE,
    Column(key="borrower-kind", kind="text", printed=False),
    Column(key="start-up", kind="text", printed=False),
    Column(key="territory", kind="text", printed=False),
    Column(key="kato", kind="identifier", printed=False),
    Column(key="oked", kind="identifier", printed=False),
    Column(key="facility", kind="identifier", printed=False),
    Column(key="programme-edition", kind="text", printed=False),
    Column(key="guarantee-share", kind="percent", printed=False),
    Column(key="certificate", kind="identifier", printed=False),
    Column(key="jobs-promised", kind="integer", adds=True, printed=False),
)  # fmt: skip

PAYMENTS = f"""
    WITH {LOANS}, paid AS (
        SELECT d.id, d.loan_id, d.paid_on, d.amount, d.event_id,
            row_number() OVER (PARTITION BY d.loan_id ORDER BY d.paid_on, d.id) = 1 AS first
        FROM disbursement d JOIN loans ON loans.id = d.loan_id WHERE d.paid_on <= :end
    ), turns AS (
        SELECT paid.id, coalesce(-sum(m.amount) FILTER (WHERE lot.turn = 1), 0)::bigint AS first_turn,
            coalesce(-sum(m.amount) FILTER (WHERE lot.turn > 1), 0)::bigint AS relent
        FROM paid JOIN lot_movement m ON m.loan_id = paid.loan_id AND m.event_id = paid.event_id
        JOIN lot ON lot.id = m.lot_id
        WHERE paid.paid_on >= :start GROUP BY paid.id
    ), posted AS (
        SELECT paid.id, sum(p.amount)::bigint AS posted
        FROM paid JOIN entry e ON e.event_id = paid.event_id
        JOIN posting p ON p.entry_id = e.id AND p.account_id = :principal AND p.subject = 'loan:' || paid.loan_id
        WHERE paid.paid_on >= :start GROUP BY paid.id
    )
    SELECT loans.*, b.name AS borrower, b.id_number, b.kind AS borrower_kind, s.effective_rate, paid.paid_on,
        paid.amount AS paid, paid.first, coalesce(turns.first_turn, 0) AS first_turn,
        coalesce(turns.relent, 0) AS relent, coalesce(posted.posted, 0) AS posted
    FROM paid JOIN loans ON loans.id = paid.loan_id JOIN borrower b ON b.id = loans.borrower_id
    JOIN loan_schedule s ON s.loan_id = loans.id AND s.version = 1
    LEFT JOIN turns ON turns.id = paid.id LEFT JOIN posted ON posted.id = paid.id
    WHERE paid.paid_on >= :start ORDER BY loans.region_code, paid.paid_on, paid.id
"""  # noqa: S608 - put together from constants


def build(session: Session, request: ReportRequest) -> Report:
    """Payments to borrowers within the period, both ends included, by the region of the loan.

    Raises:
        FiguresDisagree: payments, the lots they came from and the ledger do not add up to one sum.
    """
    scope = scope_of(session, request)
    period = request.period
    values = {**scope.values, "start": period.start, "end": period.end, "principal": chart.account("loan-principal").id}
    payments = session.execute(text(PAYMENTS), values).all()
    total = sum(each.paid for each in payments)
    agree(NAME, "payments to borrowers", expected=sum(each.posted for each in payments), found=total)
    agree(NAME, "lots lent", expected=total, found=sum(each.first_turn + each.relent for each in payments))
    return compose(session, request, scope, NAME, [summary(payments, scope), _register(payments, scope)])


def summary(payments: Sequence[Record[Any]], scope: Scope) -> Section:
    """Sums by region and territory of ``payments``, which come by region."""
    sums: dict[tuple[str, str], list[int]] = {}
    for each in payments:
        cells = (int(each.first), each.paid, each.first_turn, each.relent, each.paid if each.start_up else 0)
        before = sums.setdefault((each.region_code or "", each.territory_type), [0] * len(cells))
        before[:] = (one + other for one, other in zip(before, cells, strict=True))
    rows: Iterable[Row] = (
        (scope.region_name(region), phrase(f"territory.{territory}"), *cells, share(cells[4], cells[1]))
        for (region, territory), cells in sorted(sums.items())
    )
    shares = SumsWithShares({"start-up-share": (("start-up-amount",), "amount")})
    return tabulate(SUMMARY, rows, title=phrase("section.by-region"), group_by="region", sums=shares)


def _register(payments: Sequence[Record[Any]], scope: Scope) -> Section:
    rows = (_row(number, each, scope) for number, each in enumerate(payments, start=1))
    return tabulate(REGISTER, rows, title=phrase("section.register"), group_by="region")


def _row(number: int, each: Record[Any], scope: Scope) -> Row:
    details = each.details
    guarantee = details.get("guarantee_share")
    return (
        scope.region_name(each.region_code), number, scope.name(each.lender_id), each.borrower, each.id_number,
        each.contract_number, each.contract_date, each.paid_on, each.paid, each.first_turn, each.relent,
        each.annual_rate, printed_rate(each.effective_rate), each.instalments * each.every_months,
        each.principal_grace * each.every_months, phrase(f"purpose.{each.purpose}"),
        phrase(f"borrower-kind.{each.borrower_kind}"), phrase("word.yes" if each.start_up else "word.no"),
        phrase(f"territory.{each.territory_type}"), each.kato, each.oked, scope.facilities[each.facility_id].number,
        phrase(f"edition.{each.edition}"), None if guarantee is None else Decimal(guarantee),
        details.get("certificate_number"), details.get("jobs_promised"),
    )  # fmt: skip


def printed_rate(effective_rate: Decimal) -> Decimal:
    """An effective rate as it is printed: a fraction of one decimal in percent, half-up."""
    return effective_rate.quantize(Decimal("0.001"), ROUND_HALF_UP)


ISSUED_LOANS = ReportFamily(
    name=NAME,
    period_kinds=("month", "quarter", "half-year", "year"),
    build=build,
    deadlines=(
        "919-RP-02", "919-RP-03", "919-RP-06", "919-RP-07", "919-RP-08", "919-RP-09", "919-RP-10", "746-RP-01",
        "746-RP-03", "746-RP-04", "746-RP-09", "RM-RP-03", "RM-RP-05",
    ),
)  # fmt: skip
