"""Statements in the format 1CClientBankExchange, in which Kazakhstan's banks give them to be taken into 1C.

The file is text of lines ``key=value``: a head, sections of the account with its balances, a section a document. Banks
here name the keys in their own way (БИН_ИИН, ИИК beside the ИНН and счёт of the format's authors), wrap long values
over several lines, and some tell every document twice, under two kinds of section; all of that is read. Which side the
account is on decides whether money came in. The text's encoding is found from its bytes, as everywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.bank.values import Key, Line, Statement
from lending.bank.cells import day_of, mark_of, tiyn_of
from lending.bank.refusals import NeitherSide, NoStatement, StatementCut, StatementLacks, Unreadable

MARK = "1CClientBankExchange"
_KEY = re.compile(r"([^\W\d][\w/]*)\s*=(.*)", re.DOTALL)
_NOT_LETTERS = re.compile(r"[\W_]+")
ACCOUNT, DOCUMENT = "секциярасчсчет", "секциядокумент"
ENDS = {ACCOUNT: "конецрасчсчет", DOCUMENT: "конецдокумента"}
END = "конецфайла"

#: Keys as banks write them, folded, by what they tell; the first that a section has is taken.
NUMBER = ("номердокумента", "номер")
DAY = ("датаоперации",)
DAY_IN, DAY_OUT = ("датапоступило",), ("датасписано",)
DAY_OF_DOCUMENT = ("датадокумента", "дата")
AMOUNT, AMOUNT_IN, AMOUNT_OUT = ("сумма",), ("суммаприход",), ("суммарасход",)
PURPOSE, CODE, CURRENCY = ("назначениеплатежа",), ("кодназначенияплатежа",), ("валюта",)
OPENING, CLOSING = ("начальныйостаток",), ("конечныйостаток",)
FIRST, LAST, OWN = ("датаначала",), ("датаконца",), ("расчсчет",)
SIDES = {"payer": "плательщик", "payee": "получатель"}
SIDE_ACCOUNT, SIDE_NAME = ("иик", "счет", "расчсчет"), ("наименование", "", "1")
SIDE_ID = ("биниин", "иинбин", "бин", "иин", "инн")
TENGE = ("", "KZT", "398", "ТЕНГЕ")
#: Names of what is refused, as files write them.
SUM_KEY, CURRENCY_KEY, NUMBER_KEY, DAY_KEY, ACCOUNT_SECTION = (
    "Сумма", "Валюта", "НомерДокумента", "ДатаОперации", "СекцияРасчСчет"
)  # fmt: skip


@dataclass(slots=True)
class Section:
    """A section with its values by folded key; ``line`` is where it begins."""

    kind: str
    name: str
    line: int
    values: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it is, as errors tell it."""
        return f"{self.name or self.kind} ({self.line})"

    def get(self, keys: Iterable[str]) -> str:
        """The first of these keys that says something."""
        return next((told for key in keys if (told := self.values.get(key, ""))), "")


def is_exchange(text: str) -> bool:
    """Whether a text is of this format."""
    return text.lstrip("\ufeff \r\n\t").startswith(MARK)


def read_exchange(text: str) -> Statement:
    """The statement that a text of this format tells.

    Raises:
        StatementCut, StatementLacks, Unreadable, NeitherSide, NoStatement. That it adds up is for the statement to say.
    """
    sections = list(_sections(text.lstrip("\ufeff")))
    balances = [each for each in sections if each.kind == ACCOUNT]
    documents = _told_once([each for each in sections if each.kind == DOCUMENT])
    if not balances:
        raise NoStatement
    account = mark_of(_only("РасчСчет", {_account(each.get(OWN)) for each in balances} - {""}), "РасчСчет", MARK)
    dated = sorted(
        ((_day(each, FIRST, "ДатаНачала"), _day(each, LAST, "ДатаКонца"), each) for each in balances),
        key=lambda told: told[:2],
    )
    read = [_line(each, account) for each in documents]
    return Statement(
        account=account, first_on=dated[0][0], last_on=max(last for _, last, _ in dated),
        opening=_sum(dated[0][2], OPENING, "НачальныйОстаток"), closing=_sum(dated[-1][2], CLOSING, "КонечныйОстаток"),
        lines=tuple(line for line, _ in read), owners=frozenset(owner for _, owner in read if owner),
    )  # fmt: skip


def _sections(text: str) -> Iterator[Section]:
    """The sections of a file; what stands before the first is one of its own.

    A key told twice in one section is refused: the second could be a payer's own words in a value that was wrapped.
    """
    now, last, ended = Section("", "", 1), "", False
    for number, written in enumerate(text.splitlines(), 1):
        found = _KEY.match(written)
        key, value = (_folded(found[1]), found[2].strip()) if found else (_folded(written), "")
        if key in ENDS and (found or key == ACCOUNT):
            if now.kind:
                raise StatementCut(expected=f"{ENDS[now.kind]} ({number})")
            now, last = Section(key, value.strip('"'), number), ""
        elif key in ENDS.values() and not found:
            if now.kind and key == ENDS[now.kind]:
                yield now
            now, last = Section("", "", number), ""
        elif key == END and not found:
            ended = True
            break
        elif found:
            if now.kind and now.values.get(key, value) != value:
                raise StatementLacks(what=found[1], place=now.place, found=f"{now.values[key]}; {value}")
            now.values[key], last = value, key
        elif last and written.strip():
            now.values[last] = f"{now.values[last]} {written.strip()}".strip()
    if now.kind or not ended:
        raise StatementCut(expected=ENDS.get(now.kind, END))


def _told_once(documents: Sequence[Section]) -> list[Section]:
    """Documents of which banks tell each under two kinds of section, told once: those of the kind that tells more."""
    by_key: dict[Key, dict[str, list[Section]]] = defaultdict(lambda: defaultdict(list))
    for each in documents:
        by_key[_key(each)][_folded(each.name)].append(each)
    kept = {
        id(each)
        for kinds in by_key.values()
        for each in max(kinds.values(), key=lambda own: (len(own), sum(len(one.get(PURPOSE)) for one in own)))
    }
    return [each for each in documents if id(each) in kept]


def _key(document: Section) -> Key:
    """What two tellings of one document share; the side of a sum is found later and the same for both."""
    return _moved_on(document), document.get(NUMBER), _amount(document)


def _moved_on(document: Section) -> date:
    told = document.get(DAY) or document.get((*DAY_IN, *DAY_OUT)) or document.get(DAY_OF_DOCUMENT)
    return day_of(told, DAY_KEY, document.place)


def _amount(document: Section) -> int:
    """The sum without its side: of the column that is filled, else of the document."""
    in_column = _filled(document, AMOUNT_IN) or _filled(document, AMOUNT_OUT)
    return abs(in_column or tiyn_of(document.get(AMOUNT), SUM_KEY, document.place))


def _line(document: Section, account: str) -> tuple[Line, str]:
    """The line of a document, and the identification number of the account's own side."""
    if document.get(CURRENCY).upper() not in TENGE:
        raise Unreadable(expected=TENGE[1], what=CURRENCY_KEY, place=document.place, found=document.get(CURRENCY))
    sign = _direction(document, account)
    own, other = ("payee", "payer") if sign > 0 else ("payer", "payee")
    line = Line(
        on=_moved_on(document), number=mark_of(document.get(NUMBER), NUMBER_KEY, document.place),
        amount=sign * _amount(document),
        other_name=_side(document, other, SIDE_NAME), other_id=_digits(_side(document, other, SIDE_ID)),
        other_account=_account(_side(document, other, SIDE_ACCOUNT)), purpose=document.get(PURPOSE),
        code=document.get(CODE),
    )  # fmt: skip
    if not line.amount:
        raise Unreadable(expected="> 0", what=SUM_KEY, place=document.place, found=document.get(AMOUNT) or "0")
    return line, _digits(_side(document, own, SIDE_ID))


def _direction(document: Section, account: str) -> int:
    """1 when money came in, -1 when it went out: the account's own side says, the column of the sum must agree."""
    pays, is_paid = (_account(_side(document, side, SIDE_ACCOUNT)) == account for side in SIDES)
    by_sum = bool(_filled(document, AMOUNT_IN)) - bool(_filled(document, AMOUNT_OUT))
    by_side = is_paid - pays
    if not (by_side or by_sum) or by_side * by_sum < 0:
        raise NeitherSide(place=document.place, account=account)
    return by_side or by_sum


def _filled(document: Section, keys: tuple[str, ...]) -> int:
    told = document.get(keys)
    return tiyn_of(told, SUM_KEY, document.place) if told else 0


def _side(document: Section, side: str, keys: Iterable[str]) -> str:
    return document.get(SIDES[side] + key for key in keys)


def _only(what: str, found: set[str]) -> str:
    if len(found) != 1:
        raise StatementLacks(what=what, place=ACCOUNT_SECTION, found=", ".join(sorted(found)) or "—")
    return found.pop()


def _day(section: Section, keys: tuple[str, ...], what: str) -> date:
    return day_of(section.get(keys), what, section.place)


def _sum(section: Section, keys: tuple[str, ...], what: str) -> int:
    return tiyn_of(section.get(keys), what, section.place)


def _folded(key: str) -> str:
    return _NOT_LETTERS.sub("", key.casefold().replace("ё", "е"))


def _account(told: str) -> str:
    return "".join(told.split()).upper()


def _digits(told: str) -> str:
    return "".join(filter(str.isdigit, told))
