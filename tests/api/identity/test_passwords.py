"""Passwords: what may be chosen, how it is kept, and that old hashes are renewed."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters

from api.identity.passwords import STANDARD, WeakPassword, check_choice, hash_of, matches, renewed

LONG = "жеті бұғы тауды кезді сегізінші бұғы үйде қалды ал тоғызыншы жоқ"


@pytest.mark.parametrize(
    "password",
    [
        "жеті бұғы тауды кезді",
        "correct horse battery staple",
        "ppfzqwnvtrkx",
        LONG[:64],
        LONG + " " + LONG[:60],
        " leading and trailing ",
        "әріптер мен бос орындар",
    ],
)
def test_a_long_unguessable_password_is_taken_whatever_its_letters(password: str) -> None:
    """Small letters alone, spaces, Kazakh and up to 128 characters are all well: there are no rules of composition."""
    check_choice(password, ["aigerim@bereke.kz", "Әйгерім Сұлтанова", "mfo-1"])


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("elevenchars", "short"),
        ("ы" * 6 + "Aa1!", "short"),
        (LONG * 3, "long"),
        ("Қазақстан2026", "guessed"),
        ("P@ssw0rd!2026Admin", "guessed"),
        ("nesie-nesie-nesie", "guessed"),
        ("Aigerim.Bereke.1985", "guessed"),
        ("123456789012", "guessed"),
        ("йцукенгшщзхъ", "guessed"),
        ("aaaaaaaaaaaaaaaa", "guessed"),
        ("ababababababababab", "guessed"),
    ],
)
def test_a_short_or_guessable_password_is_refused(password: str, reason: str) -> None:
    """Words of the country, the system, the person and the keyboard do not make a password, with a year or without."""
    with pytest.raises(WeakPassword, match=reason):
        check_choice(password, ["aigerim@bereke.kz", "Әйгерім Сұлтанова", "mfo-1"])


def test_passwords_are_kept_as_argon2id_with_no_less_than_the_recommended_memory() -> None:
    """Parameters are at least 19 MiB and two passes, and stand in the hash."""
    found = extract_parameters(hash_of("жеті бұғы тауды кезді"))
    assert (found.type.name, found.memory_cost >= 19 * 1024, found.time_cost >= 2) == ("ID", True, True)


def test_a_hash_of_old_parameters_is_renewed(quick: PasswordHasher) -> None:
    """What an earlier version kept is verified as it is and written anew; what is new enough is left alone."""
    old = hash_of("жеті бұғы тауды кезді", quick)
    new = renewed("жеті бұғы тауды кезді", old)
    assert new is not None
    assert extract_parameters(new) == extract_parameters(STANDARD.hash(""))
    assert renewed("жеті бұғы тауды кезді", new) is None


def test_a_password_is_the_same_however_its_letters_are_put_together(quick: PasswordHasher) -> None:
    """й is one character on one keyboard and two on another."""
    typed = "май и июнь"
    apart = unicodedata.normalize("NFD", typed)
    assert apart != typed
    assert matches(apart, hash_of(typed, quick), quick)


def test_nothing_matches_nobody(quick: PasswordHasher) -> None:
    """Where no password is kept, none is right, not even the empty one that it is compared with."""
    assert not matches("", None, quick)
