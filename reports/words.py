"""The words of Nesie in Kazakh, Russian and English, and how values are written in each.

The catalogue is gettext: every ``reports/locale/<lang>/*.po`` is read once, keys are stable ids such as
``column.principal``, placeholders are named (``{start}``). Errors are worded under ``error.<code>`` in
Kazakh and Russian, and what the code says in their values under ``told.<field>.<English>``; their English is
the sentence of the class. Values are written here and nowhere else, so
a sum looks the same on a page, in a document and in a message. Which words to say belongs to the callers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from re import Pattern
from string import Formatter
from typing import TYPE_CHECKING, Literal, get_args
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_percent, get_decimal_symbol, get_group_symbol
from moneyed import Money

from ledger.errors import BadInput, Broken, NesieError
from reports.periods import ReportPeriod, calendar_period
from reports.report import Cell, Kind, Name, Phrase

if TYPE_CHECKING:
    from ledger.verification import Check

Lang = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)

_LOCALES: dict[Lang, Locale] = {
    "kk": Locale("kk", "KZ"),
    "ru": Locale("ru", "KZ"),
    "en": Locale("en", "GB"),
}
#: Where the clock on the wall is: moments are kept in UTC and told in the time of Almaty.
_ALMATY = ZoneInfo("Asia/Almaty")
_DAY: dict[Lang, str] = {"kk": "dd.MM.yyyy", "ru": "dd.MM.yyyy", "en": "d MMM yyyy"}
#: The Kazakh alphabet; the Russian one is the same without its nine letters, in the same order.
_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_RANK = {letter: chr(ord("а") + place) for place, letter in enumerate(_ALPHABET)}


@dataclass(eq=False, kw_only=True)
class UnknownLanguage(BadInput):
    """A language that Nesie does not speak."""

    code = "unknown-language"
    sentence = "Expected kk, ru or en as language; found {found}. Choose one of the three."
    found: str


@dataclass(eq=False, kw_only=True)
class MissingWords(Broken):
    """A key that the catalogue of a language does not have."""

    code = "missing-words"
    sentence = "The catalogue of {lang} has no words for {key}. Add them to reports/locale/{lang}."
    key: str
    lang: str


def language(text: str) -> Lang:
    """The language named by ``text`` (``kk``, ``ru``, ``en``; case does not matter).

    Raises:
        UnknownLanguage: another word.
    """
    for lang in LANGUAGES:
        if text.strip().lower() == lang:
            return lang
    raise UnknownLanguage(found=text)


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """All words of ``lang`` by key, from every ``.po`` file of its folder; fuzzy and empty entries are left out."""
    words: dict[str, str] = {}
    for file in sorted((files("reports") / "locale" / lang).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".po"):
            for message in read_po(BytesIO(file.read_bytes()), locale=lang, abort_invalid=True):
                if message.id and message.string and not message.fuzzy:
                    words[str(message.id)] = str(message.string)
    return words


def say(key: str, lang: Lang, **values: object) -> str:
    """The words ``key`` in ``lang`` with ``values`` in their places, each written by `value_text`.

    Raises:
        MissingWords: the catalogue has no such key.
    """
    words = catalogue(lang).get(key)
    if words is None:
        raise MissingWords(key=key, lang=lang)
    return _fill(words, values, lang)


def error_text(error: NesieError, lang: Lang) -> str:
    """``error`` in words of ``lang``; its English sentence where the catalogue has none."""
    words = catalogue(lang).get(f"error.{error.code}", error.sentence)
    return _fill(words, {field: told(field, value, lang) for field, value in error.values().items()}, lang)


def check_text(check: Check, lang: Lang) -> str:
    """What a check of the verification tells, in ``lang``; its own English where the catalogue has no words for it."""
    return catalogue(lang).get(f"check.{check.name}", check.tells)


def told(field: str, value: object, lang: Lang) -> object:
    """A value of an error in words of ``lang``, where it is one that our code words in English.

    What users typed and what nobody translated comes back as it is. A wording with places (``a date after {day}``)
    says what stands in them in the same way, so ``{first}, {rest}`` says a list.
    """
    if isinstance(value, (list, tuple)):
        return tuple(told(field, each, lang) for each in value)
    if not isinstance(value, str):
        return value
    for wording, words in _told(lang).get(field, ()):
        if found := wording.fullmatch(value):
            return words.format(**{name: told(field, part, lang) for name, part in found.groupdict().items()})
    return value


@cache
def _told(lang: Lang) -> Mapping[str, Sequence[tuple[Pattern[str], str]]]:
    """The wordings ``told.<field>.<English>`` of ``lang`` by field; those with the most words of their own go first."""
    found: dict[str, list[tuple[int, Pattern[str], str]]] = {}
    for key, words in catalogue(lang).items():
        if key.startswith("told."):
            field, _, english = key.removeprefix("told.").partition(".")
            parts = [(text, name) for text, name, _, _ in Formatter().parse(english)]
            wording = "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name in parts)
            own = sum(len(text) for text, _ in parts)
            found.setdefault(field, []).append((own, re.compile(wording, re.DOTALL), words))
    return {
        field: [each[1:] for each in sorted(wordings, key=lambda each: -each[0])] for field, wordings in found.items()
    }


def value_text(value: object, lang: Lang) -> str:
    """A value inside a sentence: names and phrases by language, money with ₸, dates in full, moments to
    the minute in Almaty, lists with commas.
    """
    match value:
        case Phrase():
            return say(value.key, lang, **value.values)
        case Name():
            return str(getattr(value, lang))
        case Money():
            return f"{_grouped(f'{value.amount:,.2f}', lang)}\u00a0₸"
        case Decimal():
            return _grouped(f"{value:,}", lang)
        case ReportPeriod():
            return period_text(value, lang)
        case datetime():
            moment = value.astimezone(_ALMATY)
            return f"{_day_text(moment.date(), lang)} {moment:%H:%M}"
        case date():
            return format_date(value, "long", _LOCALES[lang])
        case list() | tuple() | set() | frozenset():
            return ", ".join(value_text(each, lang) for each in value)
        case _:
            return str(value)


def cell_text(kind: Kind, cell: Cell, lang: Lang) -> str:
    """A cell of a report as it is printed; an empty cell is an empty string.

    Money and counts are grouped with no-break spaces in kk and ru and with commas in en; percentages show at
    least two decimals and every further one they have, rates one; nothing is rounded.
    """
    match kind, cell:
        case _, None:
            return ""
        case "money", int():
            return _grouped(f"{Decimal(cell).scaleb(-2):,.2f}", lang)
        case "integer", int():
            return _grouped(f"{cell:,}", lang)
        case "percent", Decimal():
            return percent_text(cell, lang)
        case "rate", Decimal():
            return percent_text(cell, lang, decimals=1)
        case "date", date():
            return _day_text(cell, lang)
        case "month", date():
            return period_text(calendar_period("month", cell.year, cell.month), lang)
        case _:
            return value_text(cell, lang)


@lru_cache(maxsize=4096)
def _day_text(day: date, lang: Lang) -> str:
    """A day in figures; registers repeat the same days in thousands of rows."""
    return format_date(day, _DAY[lang], _LOCALES[lang])


def percent_text(fraction: Decimal, lang: Lang, *, decimals: int = 2) -> str:
    """A fraction as a percentage, ``Decimal("0.06")`` → ``6,00 %``, with all its decimals and at least ``decimals``."""
    pattern = str(_LOCALES[lang].percent_formats[None].pattern).replace("##0", f"##0.{'0' * decimals}####")
    return format_percent(fraction, pattern, _LOCALES[lang])


def period_text(period: ReportPeriod, lang: Lang) -> str:
    """A period in words: ``March 2021``, ``2021 жылғы 1-тоқсан``, ``2021 год``."""
    month = format_date(period.start, "LLLL", _LOCALES[lang])
    return say(
        f"period.{period.kind}",
        lang,
        month=month if lang == "en" else month.lower(),
        number=period.number,
        year=period.start.year,
    )


def name_order(text: str) -> tuple[str, str]:
    """A key that sorts names by the Kazakh alphabet (and so the Russian); quotes, dashes and case do not count.

    Latin letters come before Cyrillic ones. The text itself breaks ties, so that the order is total.
    """
    spoken = "".join(_RANK.get(letter, letter) for letter in text.lower() if letter.isalnum() or letter == " ")
    return spoken.strip(), text


def _grouped(plain: str, lang: Lang) -> str:
    """``1,234.5`` with the separators of ``lang``."""
    locale = _LOCALES[lang]
    return plain.translate({ord(","): get_group_symbol(locale), ord("."): get_decimal_symbol(locale)})


def _fill(words: str, values: Mapping[str, object], lang: Lang) -> str:
    return words.format(**{name: value_text(value, lang) for name, value in values.items()})
