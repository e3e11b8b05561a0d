"""Values of a statement's file as what they mean, by the readers that registers have; what is no sum or day is refused.

``place`` says where the value stands, for whoever has to mend it.
"""

from __future__ import annotations

from datetime import date

from ledger.money import to_tiyn
from lending.bank.refusals import Unreadable
from lending.registers import cells
from lending.registers.workbook_cells import Raw

#: Letters of the longest number of a document or an account.
LONGEST = 60


def tiyn_of(told: Raw, what: str, place: str) -> int:
    """A sum of tenge in whole tiyn, exactly.

    Raises:
        Unreadable.
    """
    try:
        return to_tiyn(cells.amount(told).value)
    except cells.Unreadable as problem:
        raise Unreadable(expected="1250000.50", what=what, place=place, found=str(told)) from problem


def day_of(told: Raw, what: str, place: str) -> date:
    """A day; a time of day beside it is left out.

    Raises:
        Unreadable.
    """
    try:
        found: date = cells.day(told).value
    except cells.Unreadable as problem:
        raise Unreadable(expected="31.12.2021", what=what, place=place, found=str(told)) from problem
    return found


def mark_of(told: Raw, what: str, place: str) -> str:
    """A number of a document or an account: a text without blanks around it, no longer than such numbers are.

    Raises:
        Unreadable.
    """
    found = text_of(told).strip()
    if len(found) > LONGEST:
        raise Unreadable(expected=f"<= {LONGEST}", what=what, place=place, found=f"{found[:LONGEST]}…")
    return found


def text_of(told: Raw) -> str:
    """A text, numbers as their digits; an empty cell is an empty text."""
    if told is None or told == "":
        return ""
    try:
        return str(cells.text(told).value)
    except cells.Unreadable:
        return str(told)
