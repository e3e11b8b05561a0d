"""Synthetic but valid IIN and BIN for the demo: dates, types and control digits are right, nobody is meant."""

from __future__ import annotations

from datetime import date
from random import Random

FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def _completed(eleven: str) -> str | None:
    """The number with its control digit, or None for a number that is never issued."""
    digits = [int(digit) for digit in eleven]
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        control = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if control < 10:
            return eleven + str(control)
    return None


def bin_of(serial: int) -> str:
    """A valid BIN of a resident legal entity registered in 2015, different for serials up to 99 999."""
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
