"""Synthetic but valid IIN and BIN for the demo: dates, types and control digits are right, nobody is meant."""

from __future__ import annotations

from datetime import date
from random import Random

from ledger.identifiers import control_digit


def _completed(eleven: str) -> str | None:
    """The number with its control digit, or None for a number that is never issued."""
    digit = control_digit(eleven)
    return None if digit is None else f"{eleven}{digit}"


def bin_of(serial: int) -> str:
    """A valid BIN of a resident legal entity registered in 2015; a serial that is never issued takes another."""
    while True:
        number = _completed(f"150140{serial % 100000:05d}")
        if number is not None:
            return number
        serial += 31337


def iin_of(born_on: date, random: Random) -> str:
    """A valid IIN of a woman or man born in the 20th or 21st century."""
    century = 3 if born_on.year < 2000 else 5
    while True:
        number = _completed(f"{born_on:%y%m%d}{century + random.randrange(2)}{random.randrange(10000):04d}")
        if number is not None:
            return number
