"""The bank's side of the demo: a lender and a guarantor get the statement of their last month and take it in.

The file is written from what the books moved, as a bank would tell it, and goes the way every file goes. A few payers
send through somebody else, a few payments arrive a day late, and the bank takes its fee: those lines wait for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from stdnum import iban

from api.demo.numbers import bin_of
from guarantees.clues import CLUES
from ledger.balances import balances
from ledger.bank.movements import BANK_ACCOUNTS, money_moved, unmatched
from ledger.bank.statements import File, Taken, take_in
from ledger.bank.values import Line, Movement, Statement
from ledger.money import from_tiyn
from ledger.organisations import Organisation
from ledger.periods import first_day, last_day
from ledger.tables import EntryRow
from ledger.unit_of_work import perform
from lending.bank.files import read_statement
from lending.microcredits.tables import BorrowerRow

ACTOR = "demo"
#: What the bank takes for its service, in tiyn.
FEE = -1_200_00
#: One payment in so many comes through somebody else, one in so many a day late; first which.
ODD, THROUGH_ANOTHER, DAY_LATE = 60, 3, 5
#: Codes of the purpose of a payment: repayment and issue of a long-term loan, services of the bank.
REPAYMENT, ISSUE, SERVICE = "423", "413", "840"


def bank(engine: Engine, organisations: Mapping[str, Organisation], month: date) -> list[Taken]:
    """The busiest microfinance organisation and the busiest guarantor take in the statement of ``month``.

    Where none of a kind moved any money in that month, it is the last one before in which one did.
    """

    def work(session: Session) -> list[Taken]:
        taken = []
        for kind in ("mfo", "guarantor"):
            homes = [each for each in organisations.values() if each.kind == kind]
            told = _last_moved(session, homes, last_day(month))
            if told is not None:
                taken.append(_taken(session, *_busiest(session, homes, told), told))
        return taken

    return perform(engine, work)


def _last_moved(session: Session, homes: Sequence[Organisation], through: date) -> date | None:
    """The first day of the last month in which one of these moved money at its bank."""
    moved = money_moved().where(EntryRow.book_id.in_([each.id for each in homes]), EntryRow.effective_on <= through)
    newest = session.scalar(select(func.max(moved.subquery().c.effective_on)))
    return newest and first_day(newest)


def _busiest(session: Session, homes: Sequence[Organisation], month: date) -> tuple[Organisation, list[Movement]]:
    """The organisation with most movements in the month, the earlier registered of equals."""
    return max(((home, _moved(session, home, month)) for home in homes), key=lambda each: (len(each[1]), -each[0].id))


def _moved(session: Session, home: Organisation, month: date) -> list[Movement]:
    return [each for each in unmatched(session, home.id, month, last_day(month), CLUES) if not each.undone]


def _taken(session: Session, home: Organisation, moved: Sequence[Movement], month: date) -> Taken:
    before = balances(session, effective_on=month - timedelta(days=1), accounts=BANK_ACCOUNTS, books=[home.id])
    lines = sorted(_lines(session, moved, month), key=lambda each: (each.on, each.number))
    opening = sum(each.tiyn for each in before)
    content = written(
        Statement(
            account=account_of(home), first_on=month, last_on=last_day(month), opening=opening,
            closing=opening + sum(each.amount for each in lines), lines=tuple(lines),
            owners=frozenset(filter(None, [home.bin])),
        )
    ).encode()  # fmt: skip
    file = File(name=f"{home.code}_{month:%Y-%m}.txt", sha256=sha256(content).digest(), taken_by=ACTOR)
    return take_in(session, home.id, read_statement(content), file, CLUES)


def _lines(session: Session, moved: Sequence[Movement], month: date) -> Iterator[Line]:
    """What the bank tells of the movements, and its fee."""
    names = _names(session, {party for each in moved for party in each.clues.parties})
    for place, each in enumerate(moved):
        party = min(each.clues.parties, default="")
        contract = min(each.clues.numbers, default="")
        line = Line(
            on=each.on, number=min(each.clues.references, default=f"{place + 1:05d}"), amount=each.amount,
            other_id=party, other_name=names.get(party, ""), code=REPAYMENT if each.amount > 0 else ISSUE,
            purpose=f"Платёж по договору {contract}" if contract else "Платёж",
        )  # fmt: skip
        if place % ODD == THROUGH_ANOTHER:
            yield replace(line, number=f"{place + 1:05d}", other_id=bin_of(7_000 + place), other_name="Туысы төледі")
        elif place % ODD == DAY_LATE and each.on < last_day(month):
            yield replace(line, number=f"{place + 1:05d}", on=each.on + timedelta(days=1))
        else:
            yield line
    yield Line(on=last_day(month), number="99999", amount=FEE, purpose="Комиссия банка за обслуживание", code=SERVICE)


def _names(session: Session, parties: set[str]) -> dict[str, str]:
    row = BorrowerRow
    found = session.execute(select(row.id_number, row.name).where(row.id_number.in_(parties)))
    return {each.id_number: each.name for each in found}


def account_of(home: Organisation) -> str:
    """An invented account of an organisation, with control digits that fit."""
    rest = f"601A{home.id:012d}"
    return f"KZ{iban.calc_check_digits(f'KZ00{rest}')}{rest}"


def written(statement: Statement) -> str:
    """A statement in the format in which banks give it to be taken into 1C."""
    first, last = f"{statement.first_on:%d.%m.%Y}", f"{statement.last_on:%d.%m.%Y}"
    head = ["1CClientBankExchange", "ВерсияФормата=2.0", "Кодировка=UTF-8", f"РасчСчет={statement.account}"]
    balance = {
        "ДатаНачала": first, "ДатаКонца": last, "РасчСчет": statement.account,
        "НачальныйОстаток": _sum(statement.opening), "ВсегоПоступило": _sum(statement.money_in),
        "ВсегоСписано": _sum(statement.money_out), "КонечныйОстаток": _sum(statement.closing),
    }  # fmt: skip
    documents = [
        text
        for line in statement.lines
        for text in ("СекцияДокумент=Выписка", *_told(_document(line, statement)), "КонецДокумента")
    ]
    return "\n".join(
        [*head, "СекцияРасчСчет", *_told(balance), "КонецРасчСчет", *documents, "КонецФайла", ""]
    )  # fmt: skip


def _document(line: Line, statement: Statement) -> dict[str, str]:
    own = {"ИИК": statement.account, "БИН_ИИН": "".join(statement.owners)}
    other = {"ИИК": line.other_account, "БИН_ИИН": line.other_id, "Наименование": line.other_name}
    sides = (other, own) if line.amount > 0 else (own, other)
    told = {
        f"{side}{key}": value
        for side, keys in zip(("Плательщик", "Получатель"), sides, strict=True)
        for key, value in keys.items()
    }
    column = "СуммаПриход" if line.amount > 0 else "СуммаРасход"
    return {
        "ДатаОперации": f"{line.on:%d.%m.%Y}", "НомерДокумента": line.number, column: _sum(abs(line.amount)), **told,
        "НазначениеПлатежа": line.purpose, "КодНазначенияПлатежа": line.code, "Валюта": "KZT",
    }  # fmt: skip


def _told(values: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in values.items()]


def _sum(tiyn: int) -> str:
    return f"{from_tiyn(tiyn).amount:.2f}"
