"""Statements as workbooks and CSV files, in three languages, with their account and balances around the rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lending.bank.files import read_statement
from lending.bank.refusals import NoStatement, StatementLacks, Unreadable
from tests.lending.registers.workbooks import xlsx

RUSSIAN: list[list[Any]] = [
    ["АО «Банк»"],
    ["Счёт:", "KZ69 8562 2031 2467 6325"],
    ["Период: 01.12.2021 - 31.12.2021"],
    ["Входящий остаток", 1000],
    ["Дата операции", "Номер документа", "Дебет", "Кредит", "Контрагент", "ИИН/БИН", "Назначение платежа", "КНП"],
    [date(2021, 12, 5), "17", "", 250.5, "Ахметов", "850315400124", "Погашение", 423],
    ["06.12.2021", 18, "1 100,00", None, "Банк", "", "Комиссия", ""],
    ["Итого", "", 1100, 250.5],
    ["Исходящий остаток", 150.5],
]


def test_a_workbook_is_read() -> None:
    """Debit is money out, credit money in; totals and balances are no lines."""
    found = read_statement(xlsx(RUSSIAN))
    found.demand_sound()
    assert (found.account, found.first_on, found.last_on) == (
        "KZ698562203124676325", date(2021, 12, 1), date(2021, 12, 31)
    )  # fmt: skip
    came, went = found.lines
    assert (came.on, came.amount, came.other_id, came.code) == (date(2021, 12, 5), 25050, "850315400124", "423")
    assert (went.number, went.amount, went.purpose) == ("18", -110000, "Комиссия")


@pytest.mark.parametrize(
    "text",
    [
        "Account;KZ1\nOpening balance;10\nDate;Document;Money out;Money in\n2021-12-05;1;;5\nClosing balance;15\n",
        "Шот;KZ1\nБастапқы қалдық;10\nКүні;Құжат №;Шығыс;Кіріс\n05.12.2021;1;;5\nСоңғы қалдық;15\n",
    ],
    ids=["English", "Kazakh"],
)
def test_a_text_table_is_read(text: str) -> None:
    """Where no period is told it is that of the lines."""
    found = read_statement(text.encode("utf-8"))
    found.demand_sound()
    assert (found.account, found.first_on, found.last_on, found.lines[0].amount) == (
        "KZ1", date(2021, 12, 5), date(2021, 12, 5), 500
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([["a", "b"], [1, 2]], NoStatement),
        ([row for row in RUSSIAN if row[0] != "Входящий остаток"], StatementLacks),
        ([*RUSSIAN[:1], ["Счёт", "KZ2"], *RUSSIAN[1:]], StatementLacks),
        ([*RUSSIAN[:5], ["завтра", "1", "", 5], *RUSSIAN[7:]], Unreadable),
        ([*RUSSIAN[:5], ["05.12.2021", "1", "", "1.234.5"], *RUSSIAN[7:]], Unreadable),
        ([*RUSSIAN[:5], ["05.12.2021", "1", "", ""], *RUSSIAN[7:]], Unreadable),
    ],
    ids=["something else", "no balance", "two accounts", "no day", "no sum", "nothing moved"],
)
def test_what_is_wrong_is_named(rows: list[list[Any]], refusal: type[Exception]) -> None:
    """Tables without heads, balances or one account, and cells that are no day or sum, are refused by name."""
    with pytest.raises(refusal):
        read_statement(xlsx(rows))
