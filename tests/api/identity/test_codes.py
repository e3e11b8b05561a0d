"""One-time codes fit for a step before and after their own, and recovery codes are read as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.identity.codes import (
    authenticator_address,
    code_at,
    fitting_step,
    new_recovery_codes,
    new_secret,
    plain,
    square,
)

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """The vectors of RFC 6238 for SHA-1, of which six digits are shown."""
    assert code_at(SECRET, datetime.fromtimestamp(seconds, UTC)) == code


def test_a_clock_may_be_one_step_off() -> None:
    """A code of the step before or after is taken, one further away is not."""
    now = datetime(2021, 3, 1, 9, tzinfo=UTC)
    codes = [code_at(SECRET, now + timedelta(seconds=drift)) for drift in (-60, -30, 0, 30, 60)]
    fits = [fitting_step(SECRET, f"{code[:3]} {code[3:]}", now) is not None for code in codes]
    assert fits == [False, True, True, True, False]


def test_an_authenticator_is_told_the_secret_and_whose_it_is() -> None:
    """The address in the square holds issuer, login and secret, and the square is an image of lines only."""
    secret = new_secret()
    address = authenticator_address(secret, "aigerim@bereke.kz")
    assert address == f"otpauth://totp/Nesie:aigerim%40bereke.kz?secret={secret}&issuer=Nesie"
    assert square(address).startswith("<svg ")
    assert "style" not in square(address)


def test_recovery_codes_differ_and_are_read_as_written() -> None:
    """Ten different codes; capitals, dashes and spaces do not matter."""
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert plain(f" {codes[0].upper().replace('-', ' ')}") == plain(codes[0])
