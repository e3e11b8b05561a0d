"""IIN, BIN and IBAN: what is accepted, what it tells, and what each refusal is called."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.identifiers import BadIban, BadIdNumber, Iban, IdNumber, control_digit


@pytest.mark.parametrize(
    ("text", "born", "sex"),
    [
        ("850315400124", date(1985, 3, 15), "female"),
        ("920701450601", date(1992, 7, 1), "female"),
        ("000229550044", date(2000, 2, 29), "male"),
        ("991231300093", date(1999, 12, 31), "male"),
        ("010520600038", date(2001, 5, 20), "female"),
        ("781108400057", date(1978, 11, 8), "female"),
    ],
)
def test_iin_tells_birth_and_sex(text: str, born: date, sex: str) -> None:
    """A valid IIN gives the day of birth and the sex written in it."""
    number = IdNumber.parse(text)
    assert (number.kind, number.birth_date, number.sex) == ("iin", born, sex)
    assert (number.registered_month, number.holder, number.unit) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "month", "holder", "unit"),
    [
        ("081040014026", date(2008, 10, 1), "resident", "head"),
        ("180940004456", date(2018, 9, 1), "resident", "head"),
        ("181140004063", date(2018, 11, 1), "resident", "head"),
        ("170140000125", date(2017, 1, 1), "resident", "head"),
        ("181140000457", date(2018, 11, 1), "resident", "head"),
        ("190251000330", date(2019, 2, 1), "non-resident", "branch"),
        ("050650000778", date(2005, 6, 1), "non-resident", "head"),
        ("970660001504", date(1997, 6, 1), "joint-entrepreneur", "head"),
        ("200843000096", date(2020, 8, 1), "resident", "peasant-farm"),
    ],
)
def test_bin_tells_month_holder_and_unit(text: str, month: date, holder: str, unit: str) -> None:
    """A valid BIN gives the month of registration, whose it is and which unit it names."""
    number = IdNumber.parse(text)
    assert (number.kind, number.registered_month, number.holder, number.unit) == ("bin", month, holder, unit)
    assert (number.birth_date, number.sex) == (None, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("850315400125", "id-number-control-digit"),
        ("85031540012", "id-number-length"),
        ("92070145060A", "id-number-characters"),
        ("٨50315400124", "id-number-characters"),
        ("850230400122", "id-number-date"),
        ("010229550046", "id-number-date"),
        ("850315400610", "id-number-control-digit"),
        ("170140000120", "id-number-control-digit"),
        ("171340000125", "id-number-date"),
        ("170170000129", "id-number-type"),
        ("170149000124", "id-number-type"),
        ("17014000012", "id-number-length"),
        ("190251000331", "id-number-control-digit"),
        ("", "id-number-length"),
    ],
)
def test_bad_id_number_is_named(text: str, code: str) -> None:
    """Each way of being wrong has its own code and repeats what was found."""
    with pytest.raises(BadIdNumber) as caught:
        IdNumber.parse(text)
    assert caught.value.code == code
    assert text in str(caught.value)


def test_foreigner_has_neither_century_nor_sex() -> None:
    """An IIN whose seventh digit is 0 is accepted and tells neither birth nor sex."""
    number = IdNumber.parse("8503150000" + "1" + str(control_digit("85031500001")))
    assert (number.kind, number.birth_date, number.sex) == ("iin", None, None)


def test_spaces_are_passed_over() -> None:
    """Numbers typed in groups, with ordinary or unbreakable spaces, are read."""
    assert str(IdNumber.parse(" 850315 400124\u00a0")) == "850315400124"


@given(st.text("0123456789", min_size=11, max_size=11), st.text("0123456789", min_size=1, max_size=1))
def test_only_the_control_digit_fits(first_eleven: str, last: str) -> None:
    """Of the ten possible last digits at most one is not refused for its control digit."""
    try:
        IdNumber.parse(first_eleven + last)
        code = ""
    except BadIdNumber as refusal:
        code = refusal.code
    assert (code == "id-number-control-digit") == (control_digit(first_eleven) != int(last))


@pytest.mark.parametrize(
    ("text", "bank"),
    [
        ("KZ86601A861000000001", "601"),
        ("KZ72722S000000000001", "722"),
        ("KZ968560000000000011", "856"),
        ("KZ64998BTB0000000001", "998"),
        ("KZ86 125K ZT50 0410 0100", "125"),
        ("kz86125kzt5004100100", "125"),
    ],
)
def test_iban_tells_the_bank(text: str, bank: str) -> None:
    """A valid account gives its bank code, and what is left is thirteen characters."""
    account = Iban.parse(text)
    assert (account.bank_code, len(account.account), len(str(account))) == (bank, 13, 20)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GB82WEST12345698765432", "iban-country"),
        ("KZ86125KZT500410010", "iban-length"),
        ("KZ86125KZT5004100101", "iban-control-digits"),
        ("KZ86125КZT5004100100", "iban-characters"),
        ("KZ86 A25KZT5004100100", "iban-characters"),
        ("KZ86125KZT50041001-0", "iban-characters"),
    ],
)
def test_bad_iban_is_named(text: str, code: str) -> None:
    """Each way of being wrong has its own code; a Cyrillic letter is told from a wrong digit."""
    with pytest.raises(BadIban) as caught:
        Iban.parse(text)
    assert caught.value.code == code
