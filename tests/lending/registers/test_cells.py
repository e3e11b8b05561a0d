"""Cells: every way a value is written reads as that value, and what has two meanings is refused."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.identifiers import control_digit
from ledger.money import from_tiyn, tenge
from lending.registers import cells
from lending.registers.cells import Reader, Unreadable


def refusal(read: Reader, raw: Any) -> str:
    """Code of the refusal to read a cell."""
    with pytest.raises(Unreadable) as caught:
        read(raw)
    return caught.value.code


@pytest.mark.parametrize(
    "raw",
    [
        1234567.89,
        "1234567.89",
        "1234567,89",
        "1 234 567,89",
        "1\u00a0234\u00a0567,89",
        "1\u202f234\u202f567,89 ₸",
        "1,234,567.89",
        "1.234.567,89 тенге",
        "1'234'567.89 KZT",
        " 1 234 567,89 тг. ",
    ],
)
def test_amount_is_read_in_every_style(raw: object) -> None:
    """One sum in ten spellings is one sum."""
    assert cells.amount(raw).value == tenge("1234567.89")  # type: ignore[arg-type]  # objects of the table above


@given(st.integers(-(10**14), 10**14))
def test_amount_of_a_number_cell_is_exact(tiyn: int) -> None:
    """A binary fraction of a number cell is the tiyn it was typed as."""
    assert cells.amount(tiyn / 100).value == from_tiyn(tiyn)


@pytest.mark.parametrize("raw", [0.1 + 0.2, 1000000.0000001, "0.300000000"])
def test_noise_is_taken_off(raw: float | str) -> None:
    """Noise below a millionth of a tenge is no third decimal."""
    assert cells.amount(raw).value.amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (0.005, "amount-too-precise"),
        ("1,250", "amount-too-precise"),
        ("1.250", "amount-too-precise"),
        ("12 50", "not-an-amount"),
        ("сто", "not-an-amount"),
        ("1e5", "not-an-amount"),
        (float("inf"), "not-an-amount"),
        (1e18, "not-an-amount"),
        (True, "not-an-amount"),
        (date(2019, 1, 1), "not-an-amount"),
        ("", "not-an-amount"),
    ],
)
def test_unclear_amount_is_refused(raw: Any, code: str) -> None:
    """What could be two sums, or none, is not guessed."""
    assert refusal(cells.amount, raw) == code


@pytest.mark.parametrize(
    "raw",
    [
        date(2019, 3, 5),
        datetime(2019, 3, 5, 14, 30),  # noqa: DTZ001 - spreadsheets know no zones
        "2019-03-05",
        "2019-03-05 00:00:00",
        "05.03.2019",
        "5.3.2019 г.",
        "05.03.2019 ж.",
        "05/03/2019",
        "05-03-2019",
        "05/03/19",
        43529,
        43529.75,
    ],
)
def test_date_is_read_in_every_style(raw: Any) -> None:
    """One day in a dozen spellings is one day."""
    assert cells.day(raw).value == date(2019, 3, 5)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("31.02.2019", "not-a-date"),
        ("05.13.2019", "not-a-date"),
        ("март 2019", "not-a-date"),
        (20190305, "not-a-date"),
        (25000, "not-a-date"),
        (True, "not-a-date"),
        (timedelta(1), "not-a-date"),
        ("05.03.0019", "date-out-of-range"),
        (date(1901, 1, 1), "date-out-of-range"),
    ],
)
def test_unlikely_date_is_refused(raw: Any, code: str) -> None:
    """Days that do not exist or are not of our time are refused."""
    assert refusal(cells.day, raw) == code


def test_century_is_added_by_a_pivot() -> None:
    """Two digits of a year are of 1950-2049."""
    assert [cells.day(f"01.01.{year}").value.year for year in ("49", "50")] == [2049, 1950]


@pytest.mark.parametrize("raw", [850315400124, 850315400124.0, "850315400124", "850315 400124\u00a0"])
def test_id_number_is_read_from_numbers_and_text(raw: Any) -> None:
    """A number cell and text are the same number."""
    assert str(cells.id_number(raw).value) == "850315400124"


@given(st.dates(date(2000, 1, 1), date(2009, 12, 31)), st.integers(0, 9999))
def test_lost_zeros_are_restored_with_a_warning(born: date, serial: int) -> None:
    """However many leading zeros a number cell lost, the number comes back, and is doubtful."""
    first_eleven = f"{born:%y%m%d}5{serial:04}"
    assume(control_digit(first_eleven) is not None)
    whole = f"{first_eleven}{control_digit(first_eleven)}"
    read = cells.id_number(float(whole))
    assert (str(read.value), read.changes, read.doubts) == (whole, ("zeros-restored",), ("zeros-restored",))


def test_zero_of_a_company_is_restored() -> None:
    """A BIN that lost its first zero is read with a warning."""
    assert cells.id_number(81040014026.0).doubts == ("zeros-restored",)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("8,50315E+11", "id-number-scientific"),
        (85031540012, "id-number-length"),
        ("85031540012A", "id-number-characters"),
        ("850315400125", "id-number-control-digit"),
        (date(2019, 1, 1), "id-number-characters"),
    ],
)
def test_bad_id_number_is_refused(raw: Any, code: str) -> None:
    """Refusals of the number itself keep their codes; a shortened number has its own."""
    assert refusal(cells.id_number, raw) == code


@pytest.mark.parametrize("raw", [6, 6.0, 0.06, "6", "6%", "6,0 %", "0,06", "0.06", "6.00%"])
def test_rate_is_read_in_every_style(raw: Any) -> None:
    """Six per cent in nine spellings is 0.06."""
    assert cells.rate(raw).value == Decimal("0.06")


@pytest.mark.parametrize(
    ("raw", "value"), [(0, "0"), ("0,5 %", "0.005"), (0.2, "0.2"), (1, "0.01"), (20, "0.2"), (5.85, "0.0585")]
)
def test_rate_at_the_edges(raw: Any, value: str) -> None:
    """Up to 0.2 a bare number is a fraction, from 1 on it is per cents."""
    assert cells.rate(raw).value == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (0.5, "rate-unclear"),
        ("0,21", "rate-unclear"),
        (101, "not-a-rate"),
        (-6, "not-a-rate"),
        ("шесть", "not-a-rate"),
    ],
)
def test_unclear_rate_is_refused(raw: Any, code: str) -> None:
    """Half of something is either a half per cent or fifty; it is not guessed."""
    assert refusal(cells.rate, raw) == code


@pytest.mark.parametrize(("raw", "value"), [(85, "0.85"), (0.85, "0.85"), ("85%", "0.85"), (0.5, "0.5"), (1, "1")])
def test_share_is_read_in_every_style(raw: Any, value: str) -> None:
    """A share up to one is a fraction, above it is in per cents."""
    assert cells.share(raw).value == Decimal(value)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("МК-12", "MK-12"),
        ("MК-12", "MK-12"),
        ("MK-12", "MK-12"),
        ("ДЗ-A1", "ДЗ-А1"),
        ("ДЗ-А1", "ДЗ-А1"),
        ("Ж/17-W", "Ж/17-W"),
        ("12/3", "12/3"),
    ],
)
def test_look_alike_letters_are_one_alphabet(written: str, canonical: str) -> None:
    """One number typed on two keyboards is one number, and a change is told."""
    read = cells.contract_number(written)
    assert read.value == canonical
    assert ("letters-unified" in read.changes) == (written != canonical)


@given(st.text("АВЕСабсDЖW12-/ ABEC"))
def test_one_alphabet_is_stable(number: str) -> None:
    """Doing it twice changes nothing more."""
    once = cells.one_alphabet(number)
    assert cells.one_alphabet(once) == once


def test_contract_number_of_a_number_cell_has_no_decimals() -> None:
    """12 typed as a number is "12", and the change is told."""
    assert cells.contract_number(12.0) == cells.Reading("12", ("number-to-text",))


@pytest.mark.parametrize(
    ("text", "lost"),
    [("?лия", True), ("К?кшетау", True), ("Жол??", True), ("Кто?", False), ("да ? нет", False)],
)
def test_question_marks_inside_words_are_doubtful(text: str, lost: bool) -> None:  # noqa: FBT001 - a table
    """Letters lost in a wrong encoding are noticed; ordinary questions are not."""
    assert bool(cells.text(text).doubts) == lost


@pytest.mark.parametrize(("raw", "value"), [(60, 60), (60.0, 60), ("60", 60), ("60 мес.", 60), ("12 ай", 12)])
def test_whole_number_may_name_months(raw: Any, value: int) -> None:
    """The word for months beside a number is passed over."""
    assert cells.whole(raw).value == value


@pytest.mark.parametrize("raw", [1.5, -1, "1,5", True, "год", float("nan")])
def test_other_numbers_are_not_whole(raw: Any) -> None:
    """Fractions, negatives and words are refused."""
    assert refusal(cells.whole, raw) == "not-a-whole-number"


@pytest.mark.parametrize("raw", ["Да", "ИӘ", "yes", 1, 1.0, True, "+", "1"])
def test_yes_in_every_language(raw: Any) -> None:
    """Words, ticks and truth cells say yes."""
    assert cells.yes_no(raw).value is True


@pytest.mark.parametrize("raw", ["нет", "Жоқ", "no", 0, False, "-"])
def test_no_in_every_language(raw: Any) -> None:
    """Words, dashes and truth cells say no."""
    assert cells.yes_no(raw).value is False


@pytest.mark.parametrize("raw", ["Малый  город", "шағын қала", "SMALL TOWN", "small-town"])
def test_list_word_in_every_language(raw: str) -> None:
    """A word of a list, in any language, or the value itself."""
    assert cells.choice("territory")(raw).value == "small-town"


def test_unknown_list_word_is_refused() -> None:
    """A word of no list is refused, and the refusal knows the list."""
    assert refusal(cells.choice("sector"), "космос") == "not-in-list"


@pytest.mark.parametrize(("raw", "value"), [(3, 3), ("ежеквартально", 3), ("ай сайын", 1), ("12", 12)])
def test_frequency_is_a_number_or_a_word(raw: Any, value: int) -> None:
    """Quarterly is every three months."""
    assert cells.every_months(raw).value == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [("01.41", "01.41"), (1.41, "01.41"), (1410.0, "01410"), ("45200", "45200"), (47.11, "47.11")],
)
def test_oked_gets_its_zero_back(raw: Any, value: str) -> None:
    """A code typed as a number loses its first zero and gets it back."""
    assert cells.oked(raw).value == value


@pytest.mark.parametrize("raw", [1.5, "животноводство", date(1941, 1, 1)])
def test_oked_that_may_have_lost_its_end_is_refused(raw: Any) -> None:
    """1.5 may have been 01.5 or 01.50."""
    assert refusal(cells.oked, raw) == "not-an-oked"


def test_kato_has_nine_digits() -> None:
    """A place is nine digits, as number or text."""
    assert cells.kato(111810000.0).value == "111810000"
    assert refusal(cells.kato, "1118") == "not-a-kato"
