"""What an act does, as it is shown: figures before and after, and the postings, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from api.web.tables import Cell, Empty, Head, Row, Table
from ledger.chart import account
from reports.report import Cell as Value
from reports.words import Lang, cell_text, say


@dataclass(frozen=True, slots=True)
class EffectShown:
    """Two tables: the measures that the act moves, and the postings it writes."""

    measures: Table
    postings: Table


def effect_shown(effect: Mapping[str, Any], lang: Lang) -> EffectShown:
    """An effect, as `api.acts.effects.Effect.values` tells it, in words of ``lang``."""
    return EffectShown(_measures(effect["measures"], lang), _postings(effect["postings"], lang))


def _measures(lines: list[dict[str, Any]], lang: Lang) -> Table:
    heads = [
        Head(words=say("web.acts.figure", lang)),
        Head(words=say("web.acts.before", lang), lie="number"),
        Head(words=say("web.acts.after", lang), lie="number"),
    ]
    rows = []
    for line in lines:
        name = say(f"measure.{line['key']}", lang) + (f" · {line['of']}" if line["of"] else "")
        texts = [cell_text(line["kind"], _value(line["kind"], line[side]), lang) for side in ("before", "after")]
        rows.append(Row(cells=[Cell(name), *map(Cell, texts)]))
    empty = Empty(words=say("web.acts.no-measures", lang))
    return Table(id="measures", caption=say("web.acts.effect", lang), heads=heads, rows=rows, empty=empty)


def _postings(lines: list[dict[str, Any]], lang: Lang) -> Table:
    heads = [
        Head(words=say("web.acts.book", lang)), Head(words=say("column.account", lang)),
        Head(words=say("web.acts.subject", lang)), Head(words=say("web.acts.day", lang), lie="narrow"),
        Head(words=say("column.debit", lang), lie="number"), Head(words=say("column.credit", lang), lie="number"),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(line["book"]), Cell(getattr(account(line["account"]), f"name_{lang}")), Cell(line["subject"]),
            Cell(cell_text("date", date.fromisoformat(line["effective_on"]), lang)),
            Cell(cell_text("money", line["amount"], lang) if line["amount"] > 0 else ""),
            Cell(cell_text("money", -line["amount"], lang) if line["amount"] < 0 else ""),
        ])
        for line in lines
    ]  # fmt: skip
    empty = Empty(words=say("web.acts.no-postings", lang))
    return Table(id="postings", caption=say("web.acts.postings", lang), heads=heads, rows=rows, empty=empty)


def _value(kind: str, value: Any) -> Value:
    match kind:
        case "percent" | "rate" if value is not None:
            return Decimal(value)
        case "date" | "month" if value is not None:
            return date.fromisoformat(value)
        case _:
            return value if isinstance(value, int | None) else str(value)
