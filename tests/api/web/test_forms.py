"""A form gives back what was typed, says what is wrong beside it, and takes effect once."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from api.web.forms import Form, asked, is_redrawn, problems_of, typed, written_sum
from ledger.errors import NotFound


class Asked(BaseModel):
    """Something with fields."""

    amount: int
    paid_on: date


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1250000.5", "1\u00a0250\u00a0000,50"),
        ("1 250 000,50 ₸", "1\u00a0250\u00a0000,50"),
        ("1\u00a0250\u202f000", "1\u00a0250\u00a0000,00"),
        ("-5", "-5,00"),
        ("1,234,567", "1,234,567"),
        ("0.005", "0.005"),
        ("много", "много"),
        ("NaN", "NaN"),
        ("1e400", "1e400"),
        ("", ""),
    ],
)
def test_sums_come_back_as_sums_are_written(text: str, written: str) -> None:
    """Spaces and commas are ours afterwards; what is no sum of tiyn comes back as it was typed."""
    assert written_sum(text) == written


def test_what_was_typed_comes_back() -> None:
    """Every value and the key; our own fields are not values."""
    form = typed(FormData({"amount": "7", "csrf": "t", "key": "k", "redraw": "kk"}))
    assert (form.values, form.key) == ({"amount": "7"}, "k")


def test_a_new_form_has_a_new_key() -> None:
    """Two forms are two acts."""
    assert Form().key != Form().key != typed(FormData({"key": ""})).key


def test_an_empty_field_is_not_asked() -> None:
    """What was left empty is missing, not an empty text."""
    assert asked(FormData({"amount": " ", "note": "x"})) == {"note": "x"}


def test_a_change_of_language_asks_nothing() -> None:
    """The button of the other language is told from the act's."""
    assert is_redrawn(FormData({"redraw": "kk"}))
    assert not is_redrawn(FormData({"amount": "7"}))


def test_problems_stand_beside_their_fields() -> None:
    """Pydantic's by field; an error of the tree is one of the whole form."""
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate({"amount": "семь"})
    assert problems_of(refused.value, "en") == {
        "amount": "Write a whole number, for example 12.",
        "paid_on": "Fill this in.",
    }
    assert list(problems_of(NotFound(what="loan", name="7"), "en")) == [""]
