"""Identification numbers of people and organisations (IIN, BIN) and bank accounts (IBAN).

A value of `IdNumber` or `Iban` is always well formed: twelve digits with a right control digit, a date that
exists and a type that is issued; an account of twenty characters in a Kazakh bank. Each way of being wrong
is an error of its own that says how to mend it. Whether a number was really issued, and to whom, only the
state registers know; names of banks are reference data kept elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from stdnum import iban

from ledger.errors import BadInput

IdKind = Literal["iin", "bin"]
Sex = Literal["male", "female"]
Holder = Literal["resident", "non-resident", "joint-entrepreneur"]
Unit = Literal["head", "branch", "representative-office", "peasant-farm"]

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_HOLDERS: dict[str, Holder] = {"4": "resident", "5": "non-resident", "6": "joint-entrepreneur"}
_UNITS: dict[str, Unit] = {"0": "head", "1": "branch", "2": "representative-office", "3": "peasant-farm"}
_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
#: A foreign citizen's IIN carries no century; 2000 is a leap year, so no birthday of theirs is refused.
_FOREIGNER, _ANY_CENTURY = "0", 2000
#: BINs carry two digits of the year; the oldest registrations are of the early nineties.
_FIRST_BIN_YEAR = 90
_IBAN = re.compile(r"KZ[0-9]{5}[0-9A-Z]{13}")
_SPACES = re.compile(r"\s+")


@dataclass(eq=False, kw_only=True)
class BadIdNumber(BadInput):
    """Root of what can be wrong with an IIN or BIN."""

    code = "bad-id-number"
    sentence = "Expected an IIN or BIN; found {found}. Copy it from the identity document."
    found: str


class IdNumberLength(BadIdNumber):
    """Not twelve characters."""

    code = "id-number-length"
    sentence = (
        "Expected an IIN or BIN of 12 digits; found {found}. "
        "If a spreadsheet dropped the leading zeros, format the column as text and type them again."
    )


class IdNumberCharacters(BadIdNumber):
    """Something besides the digits 0-9."""

    code = "id-number-characters"
    sentence = "Expected an IIN or BIN of digits only; found {found}. Replace the letters and signs."


class IdNumberControlDigit(BadIdNumber):
    """The twelfth digit does not follow from the first eleven."""

    code = "id-number-control-digit"
    sentence = (
        "The control digit of {found} does not fit, so at least one digit is wrong. "
        "Compare all 12 digits with the identity document."
    )


class IdNumberDate(BadIdNumber):
    """The date in the number does not exist."""

    code = "id-number-date"
    sentence = (
        "The first digits of {found} are not a date (YYMMDD of birth in an IIN, YYMM of registration in a "
        "BIN). Compare them with the identity document."
    )


class IdNumberType(BadIdNumber):
    """The digits of type name nothing that is issued."""

    code = "id-number-type"
    sentence = (
        "The type digits of {found} are not in use (in an IIN the 7th is 0-6; in a BIN the 5th is 4-6 and "
        "the 6th 0-3). Compare them with the identity document."
    )


@dataclass(eq=False, kw_only=True)
class BadIban(BadInput):
    """An account number that is not a Kazakh IBAN; subclasses say why."""

    code = "bad-iban"
    sentence = "Expected an account like KZ86125KZT5004100100; found {found}. Copy it from the bank's letter."
    found: str


class IbanCountry(BadIban):
    """An account of another country."""

    code = "iban-country"
    sentence = "Expected an account of a bank in Kazakhstan, beginning with KZ; found {found}. Give a tenge account."


class IbanLength(BadIban):
    """Not twenty characters."""

    code = "iban-length"
    sentence = "Expected an account of 20 characters; found {found}. Copy it from the bank's letter."


class IbanCharacters(BadIban):
    """Characters that an IBAN cannot hold, or a bank code that is not three digits."""

    code = "iban-characters"
    sentence = (
        "Expected KZ, two control digits, three digits of the bank and 13 Latin letters or digits; found "
        "{found}. Look for Cyrillic letters that look like Latin ones."
    )


class IbanControlDigits(BadIban):
    """The control digits do not follow from the rest."""

    code = "iban-control-digits"
    sentence = (
        "The control digits of {found} do not fit, so at least one character is wrong. "
        "Compare all 20 with the bank's letter."
    )


def control_digit(first_eleven: str) -> int | None:
    """Twelfth digit of the IIN or BIN that begins with ``first_eleven`` digits; None: never issued.

    Weighted sum modulo 11, with a second row of weights where the first gives 10 (reference: the public
    algorithm of the national registers, the same for both numbers).
    """
    digits = [int(each) for each in first_eleven]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        remainder = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


@dataclass(frozen=True, slots=True, order=True)
class IdNumber:
    """A well-formed IIN (of a person) or BIN (of an organisation or joint entrepreneur)."""

    text: str

    #: Digits in every IIN and BIN.
    LENGTH: ClassVar[int] = 12

    def __post_init__(self) -> None:
        if len(self.text) != self.LENGTH:
            raise IdNumberLength(found=self.text)
        if not (self.text.isascii() and self.text.isdigit()):
            raise IdNumberCharacters(found=self.text)
        if control_digit(self.text[:11]) != int(self.text[11]):
            raise IdNumberControlDigit(found=self.text)
        self._check_type()
        self._check_date()

    @classmethod
    def parse(cls, text: str) -> IdNumber:
        """The number written in ``text``; spaces anywhere are passed over.

        Raises:
            BadIdNumber: one of its subclasses, by the first thing found wrong: length, characters, control
                digit, type, date.
        """
        return cls(_SPACES.sub("", text))

    @property
    def kind(self) -> IdKind:
        """``bin`` where the fifth digit is 4 or more: no day of birth begins so."""
        return "bin" if self.text[4] >= "4" else "iin"

    @property
    def birth_date(self) -> date | None:
        """Day of birth; None in a BIN and in a foreign citizen's IIN, which carries no century."""
        century = _CENTURIES.get(self.text[6])
        return self._birthday(century) if self.kind == "iin" and century else None

    @property
    def sex(self) -> Sex | None:
        """Sex of the person; None in a BIN and in a foreign citizen's IIN."""
        if self.kind == "bin" or self.text[6] == _FOREIGNER:
            return None
        return "male" if int(self.text[6]) % 2 else "female"

    @property
    def registered_month(self) -> date | None:
        """First day of the month in which the organisation was registered, 1990-2089; None in an IIN."""
        if self.kind == "iin":
            return None
        year = int(self.text[:2])
        return date(year + (1900 if year >= _FIRST_BIN_YEAR else 2000), int(self.text[2:4]), 1)

    @property
    def holder(self) -> Holder | None:
        """Whose BIN it is; None in an IIN."""
        return _HOLDERS.get(self.text[4])

    @property
    def unit(self) -> Unit | None:
        """Which part of the organisation the BIN names; None in an IIN."""
        return _UNITS[self.text[5]] if self.kind == "bin" else None

    def __str__(self) -> str:
        return self.text

    def _birthday(self, century: int) -> date:
        return date(century + int(self.text[:2]), int(self.text[2:4]), int(self.text[4:6]))

    def _check_type(self) -> None:
        if self.kind == "iin":
            issued = self.text[6] == _FOREIGNER or self.text[6] in _CENTURIES
        else:
            issued = self.text[4] in _HOLDERS and self.text[5] in _UNITS
        if not issued:
            raise IdNumberType(found=self.text)

    def _check_date(self) -> None:
        try:
            if self.kind == "iin":
                self._birthday(_CENTURIES.get(self.text[6], _ANY_CENTURY))
            else:
                date(_ANY_CENTURY, int(self.text[2:4]), 1)
        except ValueError as error:
            raise IdNumberDate(found=self.text) from error


@dataclass(frozen=True, slots=True, order=True)
class Iban:
    """A well-formed account in a bank of Kazakhstan: KZ, control digits, bank, account; 20 characters."""

    text: str

    #: Characters of a Kazakh IBAN.
    LENGTH: ClassVar[int] = 20

    def __post_init__(self) -> None:
        if not self.text.startswith("KZ"):
            raise IbanCountry(found=self.text)
        if len(self.text) != self.LENGTH:
            raise IbanLength(found=self.text)
        if not _IBAN.fullmatch(self.text):
            raise IbanCharacters(found=self.text)
        if not iban.is_valid(self.text):
            raise IbanControlDigits(found=self.text)

    @classmethod
    def parse(cls, text: str) -> Iban:
        """The account written in ``text``; spaces and the case of letters are passed over.

        Raises:
            BadIban: one of its subclasses, by the first thing found wrong: country, length, characters,
                control digits.
        """
        return cls(_SPACES.sub("", text).upper())

    @property
    def bank_code(self) -> str:
        """Three digits of the bank, e.g. ``125`` of the National Bank."""
        return self.text[4:7]

    @property
    def account(self) -> str:
        """The bank's own number of the account, 13 characters."""
        return self.text[7:]

    def __str__(self) -> str:
        return self.text
