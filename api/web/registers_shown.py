"""Registers as they are shown: files on their way, what is wrong grouped by what mends it, what rows made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from api.uploads.kept import State, Upload
from api.uploads.verdicts import FailingRow, Finding, Group
from api.web.places import place
from api.web.rendering import url
from api.web.tables import Cell, Empty, Head, Row, Table, Tone
from lending.registers import words
from lending.registers.vocabulary import Language
from reports.cards.register import RegisterCard
from reports.words import cell_text, say, value_text

TONES: dict[State, Tone] = {
    "received": "info", "checked-ok": "done", "checked-err": "problem", "awaiting-approval": "waiting",
    "committed": "done", "mended": "neutral", "cancelled": "neutral",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A failing row: where it is, its cells by heading, and what is to be done about each thing."""

    place: str
    cells: Sequence[tuple[str, str, bool]]
    problems: Sequence[str]


def uploads_shown(uploads: Sequence[Upload], lang: Language) -> Table:
    """Files on their way, the newest first."""
    heads = [
        Head(words=say("web.registers.file", lang)), Head(words=say("column.kind", lang)),
        Head(words=say("web.registers.sent", lang)), Head(words=say("web.registers.rows", lang), lie="number"),
        Head(words=say("column.status", lang), lie="narrow"),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(each.file_name, f"/registers/uploads/{each.id}"), Cell(say(f"register-kind.{each.kind}", lang)),
            Cell(f"{value_text(each.sent_at, lang)} · {each.sender}"),
            Cell(cell_text("integer", each.verdict.rows, lang) if each.verdict else ""),
            Cell(say(f"web.registers.state.{each.state}", lang), tone=TONES[each.state]),
        ])
        for each in uploads
    ]  # fmt: skip
    empty = Empty(words=say("web.registers.none-coming", lang))
    caption = say("web.registers.coming", lang)
    return Table(id="uploads", caption=caption, heads=heads, rows=rows, empty=empty, dense=False)


def groups_shown(groups: Sequence[Group], what: str, lang: Language) -> Table:
    """Findings by what mends them, the most frequent first; ``what`` is problems or warnings."""
    heads = [
        Head(words=say("web.registers.what-to-do", lang)), Head(words=say("web.registers.column", lang)),
        Head(words=say("web.registers.rows", lang), lie="number"), Head(words=say("web.registers.first-at", lang)),
        Head(words=say("web.registers.found", lang)),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(_sentence(each.first, lang)), Cell(each.first.title), Cell(cell_text("integer", each.count, lang)),
            Cell(each.first.place), Cell(each.first.found),
        ])
        for each in groups
    ]  # fmt: skip
    return Table(
        id=what, caption=say(f"web.registers.{what}", lang), heads=heads, rows=rows,
        empty=Empty(words=say(f"web.registers.no-{what}", lang)),
    )  # fmt: skip


def failing_rows(rows: Sequence[FailingRow], lang: Language) -> list[ShownRow]:
    """Rows as they were, the cells that are wrong set apart."""
    return [
        ShownRow(
            f"{each.sheet} {each.row}",
            [(title, cell, title in {found.title for found in each.findings}) for title, cell in each.cells],
            [f"{found.title}: {_sentence(found, lang)}".removeprefix(": ") for found in each.findings],
        )
        for each in rows
    ]  # fmt: skip


def made_shown(request: Request, card: RegisterCard, lang: Language) -> Table:
    """What the rows of a register made, each opening into it."""
    heads = [
        Head(words=say("web.registers.row", lang), lie="narrow"), Head(words=say("web.registers.made", lang)),
        Head(words=say("web.registers.day", lang), lie="narrow"), Head(words=say("column.amount", lang), lie="number"),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(str(each.row)),
            Cell(
                f"{say(f'web.registers.made.{each.what}', lang)} {each.name}",
                place(f"loan:{each.loan_id}") if each.loan_id else None,
            ),
            Cell(cell_text("date", each.on, lang)), Cell(cell_text("money", each.amount, lang)),
        ])
        for each in card.made
    ]  # fmt: skip
    following = url(request, after=card.following) if card.following else None
    return Table(
        id="made", caption=say("web.registers.made-by-rows", lang), heads=heads, rows=rows,
        empty=Empty(words=say("web.registers.made-nothing", lang)), next=following,
        first=url(request, after=None) if "after" in request.query_params else None,
    )  # fmt: skip


def _sentence(finding: Finding, lang: Language) -> str:
    expected, mend = (tell(finding.code, finding.values, lang) for tell in (words.expected, words.mend))
    return f"{expected}. {mend}"
