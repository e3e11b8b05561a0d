"""Files of statements as banks write them, with invented accounts and sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ACCOUNT, OTHER = "KZ698562203124676325", "KZ298561005127073713"
OWNER, PAYER = "220840049859", "850315400124"

Document = Mapping[str, str]


def document(
    amount: str, *, number: str = "17", day: str = "05.12.2021", comes_in: bool = True, **more: str
) -> Document:
    """A document between the account and the other one."""
    own, other = {"ИИК": ACCOUNT, "БИН_ИИН": OWNER}, {"ИИК": OTHER, "БИН_ИИН": PAYER, "Наименование": "Ахметов"}
    payer, payee = (other, own) if comes_in else (own, other)
    sides = {f"Плательщик{key}": told for key, told in payer.items()}
    sides |= {f"Получатель{key}": told for key, told in payee.items()}
    column = "СуммаПриход" if comes_in else "СуммаРасход"
    return {
        "ВидДокумента": "ПлатежноеПоручение", "ДатаОперации": day, column: amount, "НомерДокумента": number,
        "ДатаДокумента": day, **sides, "НазначениеПлатежа": "Погашение по договору", "КодНазначенияПлатежа": "423",
        "Сумма": amount, "Валюта": "KZT", **more,
    }  # fmt: skip


def exchange(
    *documents: Document, opening: str = "1000", closing: str = "1000", kinds: Sequence[str] = ('"Выписка"',),
    first: str = "01.12.2021", last: str = "31.12.2021", account: str = ACCOUNT,
) -> str:  # fmt: skip
    """A file of the exchange format; each document is told once under each of ``kinds``."""
    head = ["1CClientBankExchange", "ВерсияФормата=2.0", "Кодировка=Windows", f"РасчСчет={account}"]
    balances = [
        "СекцияРасчСчет", f"ДатаНачала={first}", f"ДатаКонца={last}", f"РасчСчет={account}",
        f"НачальныйОстаток={opening}", f"КонечныйОстаток={closing}", "КонецРасчСчет",
    ]  # fmt: skip
    told = [
        line
        for each in documents
        for kind in kinds
        for line in (f"СекцияДокумент={kind}", *(f"{key}={value}" for key, value in each.items()), "КонецДокумента")
    ]
    return "\r\n".join([*head, *balances, *told, "КонецФайла", ""])
