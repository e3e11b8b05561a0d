"""The exchange format is read as banks here write it, and nothing a payer wrote passes for what the bank says."""

from __future__ import annotations

from datetime import date

import pytest

from lending.bank.exchange import read_exchange
from lending.bank.files import read_statement
from lending.bank.refusals import NeitherSide, StatementCut, StatementLacks, Unreadable
from lending.registers.refusals import UnreadableFile
from tests.lending.bank.samples import ACCOUNT, OTHER, OWNER, PAYER, document, exchange
from tests.lending.registers.test_sheets import FILES, archive


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16", "kz1048"])
def test_a_statement_is_read_in_any_encoding(encoding: str) -> None:
    """Account, days, balances, sides and sums are those of the file."""
    text = exchange(document("250.5"), document("100", comes_in=False, number="18"), closing="1150.50")
    found = read_statement(text.encode(encoding))
    found.demand_sound()
    assert (found.account, found.first_on, found.last_on) == (ACCOUNT, date(2021, 12, 1), date(2021, 12, 31))
    assert (found.opening, found.closing, found.owners) == (100000, 115050, frozenset([OWNER]))
    came, went = found.lines
    assert (came.amount, came.other_id, came.other_account, came.code) == (25050, PAYER, OTHER, "423")
    assert (went.amount, went.number, went.other_name) == (-10000, "18", "Ахметов")


def test_the_accounts_own_side_decides() -> None:
    """Without a column of its own, a sum comes in where the account is the payee's, else it goes out."""
    told = [
        {key: value for key, value in document("5", comes_in=side).items() if key not in ("СуммаПриход", "СуммаРасход")}
        for side in (True, False)
    ]
    assert [each.amount for each in read_exchange(exchange(*told)).lines] == [500, -500]


def test_other_names_of_keys_are_known() -> None:
    """Keys of the format's authors, and those with a slash, tell the same."""
    plain = {
        "Номер": "7", "Дата": "05.12.2021", "ДатаПоступило": "06.12.2021", "Сумма": "5", "ПлательщикСчет": OTHER,
        "ПлательщикИИН/БИН": PAYER, "Плательщик1": "Ахметов", "ПолучательСчет": ACCOUNT, "ПолучательИНН": OWNER,
    }  # fmt: skip
    [line] = read_exchange(exchange(plain)).lines
    assert (line.number, line.on, line.other_id, line.other_name) == ("7", date(2021, 12, 6), PAYER, "Ахметов")


def test_documents_told_under_two_kinds_are_told_once() -> None:
    """A bank that tells each document twice has each once; two equal ones under one kind are two."""
    twice = exchange(document("5"), document("5"), kinds=("Выписка", "ПлатежноеПоручение"))
    assert len(read_exchange(twice).lines) == 2


def test_a_value_may_go_over_several_lines() -> None:
    """What has no key goes on with the value before it."""
    wrapped = document("5", НазначениеПлатежа="Погашение\r\nпо договору МК-1\r\n\r\nза декабрь")
    assert read_exchange(exchange(wrapped)).lines[0].purpose == "Погашение по договору МК-1 за декабрь"


def test_words_of_a_payer_do_not_pass_for_the_banks() -> None:
    """A purpose that brings a sum of its own along is refused, for the file then tells two."""
    injected = document("5", НазначениеПлатежа="Погашение\r\nСумма=500000\r\nСуммаПриход=500000")
    with pytest.raises(StatementLacks, match="500000"):
        read_exchange(exchange(injected))


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (exchange(document("5")).replace("КонецФайла", ""), StatementCut),
        (exchange(document("5")).replace("КонецДокумента", ""), StatementCut),
        (exchange(document("5", comes_in=True, ПолучательИИК="KZ000000000000000001", СуммаПриход="")), NeitherSide),
        (exchange(document("5", СуммаРасход="5", СуммаПриход="")), NeitherSide),
        (exchange(document("five", СуммаПриход="five")), Unreadable),
        (exchange(document("5", day="31.02.2021")), Unreadable),
        (exchange(document("5", Валюта="USD")), Unreadable),
        (exchange(document("0", СуммаПриход="")), Unreadable),
        (exchange(document("5"), opening=""), Unreadable),
        (exchange() .replace("КонецФайла", "") + exchange(account=OTHER), StatementLacks),
    ],
    ids=["no end", "no end of a document", "neither side", "the other side", "no sum", "no day", "dollars", "nothing",
         "no balance", "two accounts"],
)  # fmt: skip
def test_what_is_wrong_is_named(text: str, refusal: type[Exception]) -> None:
    """Files cut short or in doubt about side, sum, day, money or account are refused by name."""
    with pytest.raises(refusal):
        read_exchange(text)


@pytest.mark.parametrize(
    "content",
    [
        archive({"xl/media/zeros.bin": bytes(40_000_000)}), archive({"xl/vbaProject.bin": b"macro"}),
        (FILES / "password.xlsx").read_bytes(), b"%PDF-1.7\n1CClientBankExchange", b"<html>1CClientBankExchange</html>",
        b"", b"MZ\x90\x00" + bytes(300), exchange(document("5")).encode("utf-8")[:200] + b"\xff\x98\xff\x98",
    ],
    ids=["bomb", "macros", "password", "polyglot", "page", "empty", "program", "no encoding"],
)  # fmt: skip
def test_hostile_files_are_refused(content: bytes) -> None:
    """The gate of registers stands before statements too."""
    from ledger.bank.values import BadStatement

    with pytest.raises((UnreadableFile, BadStatement)):
        read_statement(content)
