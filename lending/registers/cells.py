"""Cells read as what they mean: amounts, dates, numbers of identity, rates, words of a list.

Each reader takes a filled raw cell and gives a `Reading`: the value, what was changed to obtain it, and what
in it is doubtful; or it raises `Unreadable` with the code of what is wrong. A reader never guesses between
two meanings. Where a cell stands, whether it may be blank and how its row hangs together are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple, TypeGuard

from ledger.identifiers import BadIdNumber, IdNumber
from ledger.money import MAX_TIYN, from_tiyn
from lending.registers.vocabulary import key, values_by_word
from lending.registers.workbook_cells import Raw

#: Bare numbers in a date column are read as days only within these years.
FIRST_DATE, LAST_DATE = date(1950, 1, 1), date(2100, 12, 31)
FIRST_SERIAL_DATE = date(1990, 1, 1)
#: How far a number may stand from the tiyn it is meant to be, in tenge: the noise of binary fractions.
NOISE = Decimal("0.000001")
#: Unmarked numbers up to here are fractions of a rate (0.06), from 1 on per cents (6); between, unclear.
LARGEST_RATE_AS_FRACTION = Decimal("0.2")

_CENT = Decimal("0.01")
_EPOCH = date(1899, 12, 30)
_SPACES = re.compile(r"\s+")
_CURRENCY = re.compile(r"\s*(?:₸|тенге|теңге|тг\.?|kzt)$", re.IGNORECASE)
_PLAIN = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[-−]?\d{1,3}(?P<group>[ .,'’])\d{3}(?:(?P=group)\d{3})*(?:(?!(?P=group))[.,]\d+)?")
_TWO_WAYS = re.compile(r"[-−]?\d{1,3}[.,]\d{3}")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_LOCAL_DATE = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\s*(?:г|ж|года|жыл|жылы)?\.?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_WHOLE = re.compile(r"(\d+)\s*(?:мес|месяц|месяцев|месяца|ай|months?|m)?\.?", re.IGNORECASE)
_RATE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%?)")
_SCIENTIFIC = re.compile(r"\d[.,]\d+[eE]\+?\d+")
_LOST_LETTERS = re.compile(r"\w\?+\w|\?\w|\w\?\?")
_KATO = re.compile(r"\d{9}")
_OKED = re.compile(r"\d{2}\.?\d{2,3}(?:\.\d)?|\d{2}")
_LOST_ZEROS = range(9, IdNumber.LENGTH)

_CYRILLIC_LOOKS, _LATIN_LOOKS = "АВЕКМНОРСТУХІаеорсухі", "ABEKMHOPCTYXIaeopcyxi"
_TO_LATIN = str.maketrans(_CYRILLIC_LOOKS, _LATIN_LOOKS)
_TO_CYRILLIC = str.maketrans(_LATIN_LOOKS, _CYRILLIC_LOOKS)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


class Reading(NamedTuple):
    """What a cell means, with codes of what was changed to read it and of what is doubtful."""

    value: Any
    changes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


Reader = Callable[[Raw], Reading]


class Unreadable(Exception):
    """A cell that cannot be read: the code of the problem and values for its wording."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, str] = values


def text(raw: Raw) -> Reading:
    """Text with the spaces at its ends and doubled inside taken out; a number becomes its digits."""
    if isinstance(raw, str):
        tidy = _SPACES.sub(" ", raw).strip()
        doubts = ("letters-lost",) if "?" in tidy and _LOST_LETTERS.search(tidy) else ()
        return Reading(tidy, ("spaces-removed",) if tidy != raw else (), doubts)
    if _is_number(raw):
        return Reading(_digits(raw), ("number-to-text",))
    if isinstance(raw, date):
        return Reading(f"{raw:%d.%m.%Y}", ("date-to-text",))
    raise Unreadable("not-text")


def contract_number(raw: Raw) -> Reading:
    """Number of a contract, with letters that look alike written in one alphabet.

    Latin where every Cyrillic letter has a Latin double, else Cyrillic, so that the same number typed on
    two keyboards is one number.
    """
    read = text(raw)
    number = one_alphabet(read.value)
    if number == read.value:
        return read
    return Reading(number, (*read.changes, "letters-unified"), read.doubts)


def one_alphabet(number: str) -> str:
    """``number`` with look-alike letters in one alphabet; numbers kept elsewhere are compared by this."""
    if not _CYRILLIC.search(number):
        return number
    latin = number.translate(_TO_LATIN)
    return number.translate(_TO_CYRILLIC) if _CYRILLIC.search(latin) else latin


def amount(raw: Raw) -> Reading:
    """Money in tenge, exact to the tiyn; binary noise up to `NOISE` tenge is taken off a number.

    Text may group thousands by spaces, dots, commas or apostrophes and end in the currency. One comma or dot
    is the decimal sign; "1,250" could be either and is refused.
    """
    number, changes = _decimal(raw)
    if abs(number) * 100 > MAX_TIYN:
        raise Unreadable("not-an-amount")
    whole = number.quantize(_CENT)
    if abs(number - whole) > NOISE:
        raise Unreadable("amount-too-precise")
    return Reading(from_tiyn(int(whole.scaleb(2))), changes)


def day(raw: Raw) -> Reading:
    """A date: of the workbook, of text (ISO, dd.mm.yyyy, dd/mm/yy), or a number of days in Excel's count.

    Two digits of a year are 2000-2049 or 1950-1999; years outside 1950-2100 are refused.
    """
    changes: tuple[str, ...] = ()
    if isinstance(raw, datetime):
        found = raw.date()
        if raw.time() != datetime.min.time():
            changes = ("time-dropped",)
    elif isinstance(raw, date):
        found = raw
    elif isinstance(raw, str):
        found, changes = _text_day(raw.strip())
    elif _is_number(raw):
        found, changes = _serial_day(raw), ("number-to-date",)
    else:
        raise Unreadable("not-a-date")
    if not FIRST_DATE <= found <= LAST_DATE:
        raise Unreadable("date-out-of-range", first=f"{FIRST_DATE:%d.%m.%Y}", last=f"{LAST_DATE:%d.%m.%Y}")
    return Reading(found, changes)


def id_number(raw: Raw) -> Reading:
    """IIN or BIN; leading zeros that a number cell lost are restored where the control digit confirms it."""
    if isinstance(raw, bool | date):
        raise Unreadable("id-number-characters")
    changes: tuple[str, ...] = ()
    if _is_number(raw):
        written = _digits(raw)
    else:
        written = _SPACES.sub("", str(raw))
        changes = ("spaces-removed",) if written != raw else ()
    if _SCIENTIFIC.fullmatch(written):
        raise Unreadable("id-number-scientific")
    try:
        if len(written) in _LOST_ZEROS and written.isdigit():
            return _restored(written, changes)
        return Reading(IdNumber(written), changes)
    except BadIdNumber as refusal:
        raise Unreadable(refusal.code) from refusal


def rate(raw: Raw) -> Reading:
    """Annual rate as a fraction: 6, "6%", "6,0 %", 0.06 are all 0.06; 0.2-1 without a sign is refused."""
    return _fraction(raw, LARGEST_RATE_AS_FRACTION)


def share(raw: Raw) -> Reading:
    """A share of a whole as a fraction: 85, "85%", 0.85 are all 0.85; 1 is the whole."""
    return _fraction(raw, Decimal(1))


def whole(raw: Raw) -> Reading:
    """A whole number of nought or more; text may add the word for months."""
    if isinstance(raw, str):
        match = _WHOLE.fullmatch(raw.strip())
        if match:
            return Reading(int(match[1]), ("text-to-number",))
    elif _is_number(raw) and raw >= 0 and raw % 1 == 0:
        return Reading(int(raw))
    raise Unreadable("not-a-whole-number")


def choice(name: str) -> Reader:
    """Reader of a word of the list ``name`` in any of the three languages; gives the value it stands for."""
    values = values_by_word(name)

    def read(raw: Raw) -> Reading:
        word = str(raw).strip() if isinstance(raw, str | bool) else _digits(raw) if _is_number(raw) else ""
        value = values.get(key(word))
        if value is None:
            raise Unreadable("not-in-list", list=name)
        return Reading(value)

    return read


def yes_no(raw: Raw) -> Reading:
    """True or False from a word, a tick (+, 1) or a truth cell."""
    return Reading(_read_yes_no(raw).value == "yes")


def every_months(raw: Raw) -> Reading:
    """Months between instalments: 1, 3, 6 or 12, as a number or a word (quarterly)."""
    return Reading(int(_read_every_months(raw).value))


_read_yes_no = choice("yes-no")
_read_every_months = choice("every-months")


def kato(raw: Raw) -> Reading:
    """Code of a place in the classifier of administrative territories: nine digits, as text."""
    read = text(raw)
    if not _KATO.fullmatch(read.value):
        raise Unreadable("not-a-kato")
    return read


def oked(raw: Raw) -> Reading:
    """Code of an activity: two, four or five digits with or without dots.

    A number that lost its first zero (1.41, 1410) gets it back; one that may have lost its last is refused.
    """
    if _is_number(raw):
        digits = _digits(raw)
        head, _, tail = digits.partition(".")
        restored = f"{head.zfill(2)}.{tail}" if tail else digits.zfill(5 if len(digits) == 4 else 2)
        if _OKED.fullmatch(restored):
            return Reading(restored, ("number-to-text" if restored == digits else "zeros-restored",))
    elif isinstance(raw, str):
        read = text(raw)
        if _OKED.fullmatch(read.value):
            return read
    raise Unreadable("not-an-oked")


def _is_number(raw: Raw) -> TypeGuard[int | float]:
    """A finite number; a truth cell is none."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and isfinite(raw)


def _digits(raw: Raw) -> str:
    """A number as it would be typed: no exponent, no ".0"."""
    return f"{Decimal(repr(raw)).normalize():f}"


def _decimal(raw: Raw) -> tuple[Decimal, tuple[str, ...]]:
    if _is_number(raw):
        return Decimal(repr(raw)), ()
    if isinstance(raw, str):
        plain = _CURRENCY.sub("", _SPACES.sub(" ", raw).strip())
        if _TWO_WAYS.fullmatch(plain):
            raise Unreadable("amount-too-precise")
        if _PLAIN.fullmatch(plain):
            return Decimal(plain.replace("−", "-").replace(",", ".")), ("text-to-number",)
        if match := _GROUPED.fullmatch(plain):
            ungrouped = plain.replace(match["group"], "")
            return Decimal(ungrouped.replace("−", "-").replace(",", ".")), ("text-to-number",)
    raise Unreadable("not-an-amount")


def _text_day(written: str) -> tuple[date, tuple[str, ...]]:
    try:
        if match := _ISO_DATE.fullmatch(written):
            return date(int(match[1]), int(match[2]), int(match[3])), ("text-to-date",)
        if match := _LOCAL_DATE.fullmatch(written):
            year = int(match[4])
            if len(match[4]) == 4:
                return date(year, int(match[3]), int(match[1])), ("text-to-date",)
            year += 2000 if year < FIRST_DATE.year - 1900 else 1900
            return date(year, int(match[3]), int(match[1])), ("text-to-date", "century-added")
    except ValueError as error:
        raise Unreadable("not-a-date") from error
    raise Unreadable("not-a-date")


def _serial_day(number: float) -> date:
    if not (FIRST_SERIAL_DATE - _EPOCH).days <= number <= (LAST_DATE - _EPOCH).days:
        raise Unreadable("not-a-date")
    return _EPOCH + timedelta(days=int(number))


def _restored(written: str, changes: tuple[str, ...]) -> Reading:
    try:
        number = IdNumber(written.zfill(IdNumber.LENGTH))
    except BadIdNumber as refusal:
        raise Unreadable("id-number-length") from refusal
    return Reading(number, (*changes, "zeros-restored"), ("zeros-restored",))


def _fraction(raw: Raw, largest_fraction: Decimal) -> Reading:
    """A part of one: hundredths where marked with % or from 1 on, as it stands up to ``largest_fraction``."""
    changes: tuple[str, ...] = ()
    if _is_number(raw):
        number, percent = Decimal(repr(raw)), False
    elif isinstance(raw, str) and (match := _RATE.fullmatch(_SPACES.sub(" ", raw).strip())):
        number, percent = Decimal(match[1].replace(",", ".")), bool(match[2])
        changes = ("text-to-number",)
    else:
        raise Unreadable("not-a-rate")
    if percent or number > largest_fraction:
        if not percent and number < 1:
            raise Unreadable("rate-unclear")
        number /= 100
    exact = round(number, 6)
    if not 0 <= number <= 1 or abs(number - exact) > NOISE / 1000:
        raise Unreadable("not-a-rate")
    return Reading(exact.normalize(), changes)
