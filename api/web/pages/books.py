"""The books in pages: the trial balance, each figure of which opens into its postings, and the card of an entry.

A figure leads to the postings it was added up from (`reports.listings.postings`), a posting to its entry, an entry to
what it is about, to the command behind it and to the row of the file it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.matrix import matrix
from api.access.sight import see_everything
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.web.rendering import render, url
from api.web.scope import Asked, asked_of, choosable
from api.web.tables import LIES, Cell, Empty, Head, Row, Table, of_section
from api.web.things import things
from ledger.balances import TrialBalanceLine, trial_balance
from ledger.errors import NotFound
from ledger.organisations import organisations
from ledger.tables import EntryRow
from reports.cards.entry import EntryCard, entry_card
from reports.family import ReportRequest
from reports.report import Column
from reports.trial_balance import TRIAL_BALANCE
from reports.words import Lang, cell_text, say, value_text

router = APIRouter(include_in_schema=False)

#: The six figures of a line, from the left, and the days and side each is added up from.
FIGURES = ("opening", "opening", "debit", "credit", "closing", "closing")


@router.get("/trial-balance")
def balance_sheet(request: Request, session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """Opening balance, turnovers and closing balance of every account; each figure opens into its postings."""
    asked = asked_of(session, actor, request.query_params, world.today())
    choices = choosable(session, actor)
    see_everything(session)
    wanted = ReportRequest(period=asked.period, organisation=asked.code, known_at=asked.known_at)
    report = TRIAL_BALANCE.report(session, wanted)
    lines = _lines(session, asked)
    table = of_section(
        report.sections[0], lang, id="trial-balance", caption=value_text(report.title, lang),
        empty=Empty(words=say("web.finance.no-turnover", lang)),
    )  # fmt: skip
    return render(
        request, "finance/trial-balance.html", asked=asked, table=_opened(request, table, lines, asked),
        notes=[value_text(note, lang) for note in report.notes], choices=choices, earlier=_neighbour(asked, -1),
        later=_neighbour(asked, 1),
    )  # fmt: skip


def _lines(session: Session, asked: Asked) -> Iterator[TrialBalanceLine]:
    """The lines behind the report, in its order."""
    books = [each.id for each in organisations(session)] if asked.organisation is None else [asked.organisation.id]
    period = asked.period
    return iter(
        trial_balance(session, books=books, start=period.start, through=period.end, known_at=asked.known_at)
    )  # fmt: skip


def _opened(request: Request, table: Table, lines: Iterator[TrialBalanceLine], asked: Asked) -> Table:
    """The table whose figures are links to their postings."""
    rows = [
        row if row.weight != "row" else _opened_row(request, row, next(lines).account, asked) for row in table.rows
    ]  # fmt: skip
    files = [
        (name.upper(), url(request, "/reports/trial-balance", **_asked_again(asked), format=name))
        for name in ("pdf", "xlsx", "csv", "json")
    ]
    return replace(table, rows=rows, downloads=files)


def _asked_again(asked: Asked) -> dict[str, object]:
    known_at = asked.known_at and asked.known_at.isoformat()
    return {"period": str(asked.period), "organisation": asked.code, "known-at": known_at}


def _opened_row(request: Request, row: Row, account: str, asked: Asked) -> Row:
    known = len(row.cells) - len(FIGURES)
    opened = [
        replace(cell, link=postings_behind(request, figure, account, asked) if _tells(cell) else None)
        for figure, cell in zip(FIGURES, row.cells[known:], strict=True)
    ]
    return replace(row, cells=[*row.cells[:known], *opened])


def _tells(cell: Cell) -> bool:
    """Whether there is anything behind a figure."""
    return any(digit in cell.words for digit in "123456789")


def postings_behind(request: Request, figure: str, account: str, asked: Asked) -> str:
    """The address of the postings that a figure of the trial balance was added up from."""
    start, end = asked.period.start, asked.period.end
    until = start - timedelta(days=1) if figure == "opening" else end
    since = start if figure in ("debit", "credit") else None
    recorded = asked.known_at and asked.known_at.isoformat()
    side = figure if figure in ("debit", "credit") else None
    narrowed: dict[str, object] = {
        "account": account, "from": since, "to": until, "side": side, "recorded-to": recorded, "book": asked.code,
    }  # fmt: skip
    return url(request, "/postings", **narrowed)


def _neighbour(asked: Asked, step: int) -> str:
    """The period of the same kind before or after, as it is written."""
    period = asked.period
    day: date = period.start - timedelta(days=1) if step < 0 else period.end + timedelta(days=1)
    numbers = {"month": day.month, "quarter": (day.month + 2) // 3, "half-year": (day.month + 5) // 6, "year": 1}
    written = {"month": f"{day:%Y-%m}", "year": f"{day:%Y}"}
    letter = {"quarter": "Q", "half-year": "H"}.get(period.kind, "")
    return written.get(period.kind) or f"{day.year}-{letter}{numbers[period.kind]}"


@router.get("/entries/{entry_id}")
def one(
    request: Request, entry_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:  # fmt: skip
    """One entry: its lines, where it comes from, what corrects it."""
    card = card_of(session, entry_id)
    may_correct = card.repayment_id is not None and card.reversed_by is None
    ways = [
        (name, url(request, f"/acts/{name}", loan_id=card.loan_id, repayment_id=known, on=world.today()))
        for name, known in (("loans.reverse-repayment", card.repayment_id), ("loans.repay", None))
        if may_correct and matrix().may_make(actor, name)
    ]
    called = things(request, {card.source, *(line.subject for line in card.lines)} - {""}, lang)
    return render(
        request, "finance/entry.html", card=card, lines=_lines_shown(card, called, lang),
        source=called.get(card.source), ways=ways,
    )  # fmt: skip


def card_of(session: Session, entry_id: int) -> EntryCard:
    """The card of an entry in sight of ``session``, which sees everything from then on.

    Raises:
        NotFound: there is none in sight.
    """
    if session.scalar(select(EntryRow.id).where(EntryRow.id == entry_id)) is None:
        raise NotFound(what="entry", name=str(entry_id))
    see_everything(session)
    return entry_card(session, entry_id)


LINE_COLUMNS = (
    Column(key="account", kind="text"), Column(key="subject", kind="identifier"),
    Column(key="debit", kind="money"), Column(key="credit", kind="money"),
)  # fmt: skip


def _lines_shown(card: EntryCard, called: Mapping[str, Cell], lang: Lang) -> Table:
    rows = [
        Row(cells=[
            Cell(value_text(line.name, lang), f"/postings?account={line.account}&subject={line.subject}"),
            called.get(line.subject, Cell("")),
            *(Cell(cell_text("money", amount, lang) if amount else "") for amount in (line.debit, line.credit)),
        ])
        for line in card.lines
    ]  # fmt: skip
    heads = [Head(words=value_text(each.title, lang), lie=LIES[each.kind]) for each in LINE_COLUMNS]
    caption = say("web.finance.lines", lang)
    return Table(id="lines", caption=caption, heads=heads, rows=rows, empty=Empty(words=caption))
