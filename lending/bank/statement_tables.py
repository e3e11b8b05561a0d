"""Statements as tables: a workbook or a CSV file with a line a row, and the account and its balances above or below.

Columns are found by their headings in three languages, the account, the balances and the period by their labels; where
the period is not told, it is from the first line to the last. Debit is money out, as banks write for their customers.
Which files are safe to read is decided by the reader of registers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.bank.values import Line, Statement
from lending.bank.cells import day_of, mark_of, text_of, tiyn_of
from lending.bank.refusals import NoStatement, StatementLacks, Unreadable
from lending.registers.sheets import Sheet
from lending.registers.vocabulary import heading_keys, key, total_words
from lending.registers.workbook_cells import Raw

Row = Sequence[Raw]

#: Headings of columns, the first of each is what errors say.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "on": ("Дата операции", "Дата", "Дата проводки", "Операция күні", "Күні", "Date", "Booking date"),
    "number": ("Номер документа", "№ документа", "Документ", "Құжат нөмірі", "Құжат №", "Document number", "Document"),
    "money_in": ("Кредит", "Приход", "Поступление", "Сумма прихода", "Кіріс", "Түсім", "Credit", "Money in"),
    "money_out": ("Дебет", "Расход", "Списание", "Сумма расхода", "Шығыс", "Debit", "Money out"),
    "other_name": ("Контрагент", "Наименование контрагента", "Корреспондент", "Контрагент атауы", "Counterparty"),
    "other_id": ("ИИН/БИН контрагента", "ИИН/БИН", "БИН/ИИН", "БИН", "ЖСН/БСН", "БСН/ЖСН", "IIN/BIN"),
    "other_account": ("Счёт контрагента", "ИИК контрагента", "ИИК", "Контрагент шоты", "ЖСК", "Account"),
    "purpose": ("Назначение платежа", "Назначение", "Төлем мақсаты", "Төлем тағайындалуы", "Purpose", "Details"),
    "code": ("КНП", "Код назначения платежа", "ТМК", "Төлем мақсатының коды", "Purpose code"),
}  # fmt: skip
NEEDED = ("on", "money_in", "money_out")
#: Labels of what stands outside the rows.
LABELS: Mapping[str, tuple[str, ...]] = {
    "account": ("Счёт", "Номер счёта", "Расчётный счёт", "ИИК", "Шот", "Шот нөмірі", "ЖСК", "Account", "IBAN"),
    "owner": ("БИН", "ИИН/БИН", "БИН/ИИН", "БСН", "ЖСН/БСН", "BIN"),
    "opening": ("Входящий остаток", "Остаток на начало", "Начальный остаток", "Кіріс қалдығы", "Бастапқы қалдық",
                "Opening balance"),
    "closing": ("Исходящий остаток", "Остаток на конец", "Конечный остаток", "Шығыс қалдығы", "Соңғы қалдық",
                "Closing balance"),
    "period": ("Период", "За период", "Кезең", "Period"),
}  # fmt: skip
_DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d{2}-\d{2}")
_AMONG = {what: {key(word) for word in words} for what, words in LABELS.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """The sheet with the rows, where its heads stand (from 1), and the column of each heading that it has."""

    sheet: Sheet
    head: int
    columns: Mapping[str, int]


def read_table(sheets: Iterable[Sheet]) -> Statement:
    """The statement that the first sheet with the headings of one tells.

    Raises:
        NoStatement: there is no such sheet. StatementLacks, Unreadable: something in it is missing or is not read.
    """
    table = next((found for sheet in sheets if (found := _table(sheet))), None)
    if table is None:
        raise NoStatement
    told = _labelled(table)
    lines = tuple(_lines(table))
    named = "".join(text_of(_only("account", told, table)).split()).upper()
    account = mark_of(named, LABELS["account"][0], table.sheet.name)
    first, last = _period(told, lines, table)
    return Statement(
        account=account, first_on=first, last_on=last, lines=lines,
        opening=tiyn_of(_only("opening", told, table), LABELS["opening"][0], table.sheet.name),
        closing=tiyn_of(_only("closing", told, table), LABELS["closing"][0], table.sheet.name),
        owners=frozenset(filter(None, (_digits(each) for each in told.get("owner", ())))),
    )  # fmt: skip


def _table(sheet: Sheet) -> Table | None:
    known = {form: what for what, words in HEADINGS.items() for word in words for form in heading_keys(word)}
    for place, row in enumerate(sheet.rows, 1):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            told = heading_keys(cell) if isinstance(cell, str) else ()
            what = next((known[form] for form in told if form in known), None)
            if what is not None:
                columns.setdefault(what, column)
        if all(what in columns for what in NEEDED):
            return Table(sheet, place, columns)
    return None


def _lines(table: Table) -> Iterator[Line]:
    """The rows under the heads that are lines; empty rows, totals and labels are none."""
    for place, row in enumerate(table.sheet.rows[table.head :], table.head + 1):
        first = next((cell for cell in row if cell not in ("", None)), None)
        if first is None or _is_aside(first):
            continue
        told = {what: row[column] if column < len(row) else None for what, column in table.columns.items()}
        where = f"{table.sheet.name} {place}"
        amount = _sum(told["money_in"], "money_in", where) - _sum(told["money_out"], "money_out", where)
        if not amount:
            raise Unreadable(expected="> 0", what=HEADINGS["money_in"][0], place=where, found="0")
        yield Line(
            on=day_of(told["on"], HEADINGS["on"][0], where), amount=amount,
            number=mark_of(told.get("number"), HEADINGS["number"][0], where),
            other_name=text_of(told.get("other_name")), other_id=_digits(told.get("other_id")),
            other_account="".join(text_of(told.get("other_account")).split()).upper(),
            purpose=text_of(told.get("purpose")), code=text_of(told.get("code")),
        )  # fmt: skip


def _is_aside(cell: Raw) -> bool:
    """Whether a row that begins so tells a total or a balance."""
    if not isinstance(cell, str):
        return False
    plain = key(cell)
    return any(plain.startswith(word) for word in total_words()) or _label(cell) is not None


def _label(cell: str) -> tuple[str, str] | None:
    """What a cell is the label of, and what it tells itself after a colon."""
    before, _, after = cell.partition(":")
    plain = key(_DATE.sub("", before))
    what = next((what for what, words in _AMONG.items() if plain in words), None)
    return (what, after.strip()) if what else None


def _labelled(table: Table) -> dict[str, list[Raw]]:
    """What is told outside the rows, by what its label says: beside the label or after its colon."""
    told: dict[str, list[Raw]] = {}
    for place, row in enumerate(table.sheet.rows, 1):
        if place == table.head:
            continue
        for column, cell in enumerate(row):
            found = _label(cell) if isinstance(cell, str) else None
            if found is None or (place > table.head and column > 0 and row[0] not in ("", None)):
                continue
            what, itself = found
            beside = next((each for each in row[column + 1 :] if each not in ("", None)), None)
            value = itself or (_row_text(row, column) if what == "period" else beside)
            if value not in ("", None):
                told.setdefault(what, []).append(value)
    return told


def _row_text(row: Row, column: int) -> str:
    """The cells of a row from ``column`` on as one text."""
    return " ".join(f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell or "") for cell in row[column:])


def _only(what: str, told: Mapping[str, Sequence[Raw]], table: Table) -> Raw:
    """The one value of a label; the same told several times is one."""
    found = {text_of(each): each for each in told.get(what, ())}
    if len(found) != 1:
        raise StatementLacks(what=LABELS[what][0], place=table.sheet.name, found=", ".join(found) or "—")
    return next(iter(found.values()))


def _period(told: Mapping[str, Sequence[Raw]], lines: Sequence[Line], table: Table) -> tuple[date, date]:
    days = [day_of(each, LABELS["period"][0], table.sheet.name)
            for each in _DATE.findall(" ".join(map(str, told.get("period", ()))))]  # fmt: skip
    days = days or [line.on for line in lines]
    if not days:
        raise StatementLacks(what=LABELS["period"][0], place=table.sheet.name, found="—")
    return min(days), max(days)


def _sum(told: Raw, what: str, place: str) -> int:
    return 0 if told in ("", None) else tiyn_of(told, HEADINGS[what][0], place)


def _digits(told: Raw) -> str:
    return "".join(filter(str.isdigit, text_of(told)))
