"""Passwords: which may be chosen, how they are kept, how they are compared.

They are kept as Argon2id hashes with the parameters of argon2-cffi (RFC 9106, low memory: 64 MiB, three passes),
written anew at the next sign-in when the parameters grow. A choice is judged by its length and by what is left of
it when the words that everybody would try are taken out; it is never judged by kinds of characters and never expires
(NIST SP 800-63B, OWASP ASVS 5.0 6.2). Who may try and how often belongs to `api.identity.attempts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from ledger.errors import BadInput

SHORTEST, ADVISED, LONGEST = 12, 15, 128
#: What must be left of a password without the words everybody tries: characters, and different ones.
LEFT, DIFFERENT = 8, 5
SHORTEST_WORD = 4

STANDARD = PasswordHasher()


@dataclass(eq=False, kw_only=True)
class WeakPassword(BadInput):
    """A password that is too short, too long or that others would guess."""

    code = "weak-password"
    sentence = (
        "Expected a password of {shortest} to {longest} characters that does not consist of well-known words, names "
        "of this system or repetitions; found one that {found}. Four or five unrelated words make a good one."
    )
    found: str
    shortest: int = SHORTEST
    longest: int = LONGEST


def check_choice(password: str, own_words: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long or easily guessed.

    ``own_words`` are what guessers know of the person: login, name, organisation. Length is in characters, spaces
    and Kazakh letters included.

    Raises:
        WeakPassword: with what is wrong.
    """
    text = _folded(password)
    if len(text) < SHORTEST:
        raise WeakPassword(found="is too short")
    if len(text) > LONGEST:
        raise WeakPassword(found="is too long")
    left = _without_words(text, own_words)
    if len(left) < LEFT or len(set(text)) < DIFFERENT:
        raise WeakPassword(found="is easily guessed")


def hash_of(password: str, hasher: PasswordHasher = STANDARD) -> str:
    """The hash under which ``password`` is kept; the same letters typed on another keyboard give the same password."""
    return hasher.hash(_normal(password))


def matches(password: str, kept: str | None, hasher: PasswordHasher = STANDARD) -> bool:
    """Whether ``password`` is the one kept; takes as long when nothing is kept, and is then false."""
    try:
        hasher.verify(kept or _nobodys(hasher), _normal(password))
    except VerifyMismatchError:
        return False
    return kept is not None


def renewed(password: str, kept: str, hasher: PasswordHasher = STANDARD) -> str | None:
    """A new hash of a password that was just verified, when the one kept has other parameters; else None."""
    return hash_of(password, hasher) if hasher.check_needs_rehash(kept) else None


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """What a password for an unknown login is compared with."""
    return hasher.hash("")


@cache
def _known_words() -> tuple[str, ...]:
    text = files("api.identity").joinpath("known_words.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split("\n") if line and not line.startswith("#"))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _folded(password: str) -> str:
    return _normal(password).casefold()


def _without_words(text: str, own_words: Iterable[str]) -> str:
    """``text`` without the words, longest first, and without what stands between words."""
    own = {part for word in own_words for part in re.split(r"[\W_]+", _folded(word)) if len(part) >= SHORTEST_WORD}
    for word in sorted(own.union(_known_words()), key=len, reverse=True):
        text = text.replace(word, " ")
    return re.sub(r"[\W_]+", "", text)
