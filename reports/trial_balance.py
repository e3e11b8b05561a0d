"""The trial balance: opening balance, both turnovers and closing balance of every account over a period.

Of one organisation, or of all of them together; as known now, or as known at a past moment. Debits equal credits in
every pair of columns, or the report is not made. What an account means is told by the chart.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger import chart
from ledger.balances import TrialBalanceLine, trial_balance
from reports.family import ReportFamily, ReportRequest
from reports.figures import agree
from reports.report import Column, Name, Parameter, Report, Row, phrase, tabulate
from reports.scope import compose, scope_of

NAME = "trial-balance"
PAIRS = ("opening", "turnover", "closing")
COLUMNS = (
    Column(key="account-type", kind="text"),
    Column(key="account-mof", kind="identifier"),
    Column(key="account-nb", kind="identifier"),
    Column(key="account", kind="text"),
    *(
        Column(
            key=f"{pair}-{side}", kind="money", adds=True, head=phrase(f"column.{side}"), band=phrase(f"band.{pair}")
        )
        for pair in PAIRS
        for side in ("debit", "credit")
    ),
)


def build(session: Session, request: ReportRequest) -> Report:
    """The trial balance of the organisation asked for, or of all organisations in one.

    Raises:
        FiguresDisagree: debits and credits differ.
    """
    scope = scope_of(session, request)
    books = sorted(scope.organisations) if scope.organisation is None else [scope.organisation.id]
    period = request.period
    lines = trial_balance(session, books=books, start=period.start, through=period.end, known_at=request.known_at)
    _check(lines)
    known = [] if request.known_at is None else [f"{request.known_at:%Y-%m-%d %H:%M:%S%z}"]
    return compose(
        session,
        request,
        scope,
        NAME,
        [tabulate(COLUMNS, [_row(line) for line in lines], group_by="account-type")],
        parameters=[Parameter(label=phrase("parameter.known-at"), value=value, kind="identifier") for value in known],
        books=books,
    )


def _row(line: TrialBalanceLine) -> Row:
    account = chart.account(line.account)
    return (
        phrase(f"account-type.{account.type}"),
        account.mof,
        account.nb3 or account.nb79,
        Name(kk=account.name_kk, ru=account.name_ru, en=account.name_en),
        max(line.opening, 0),
        max(-line.opening, 0),
        line.debit,
        line.credit,
        max(line.closing, 0),
        max(-line.closing, 0),
    )


def _check(lines: list[TrialBalanceLine]) -> None:
    agree(NAME, "opening balances", expected=0, found=sum(line.opening for line in lines))
    agree(NAME, "turnovers", expected=sum(line.debit for line in lines), found=sum(line.credit for line in lines))
    agree(NAME, "closing balances", expected=0, found=sum(line.closing for line in lines))


TRIAL_BALANCE = ReportFamily(name=NAME, period_kinds=("month", "quarter", "half-year", "year"), build=build)
