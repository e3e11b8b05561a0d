"""Reading registers and bank statements, and marking registers, in processes of their own.

A file made to swell takes nothing but itself along. `lending.registers` refuses such files by limits of its own; these
processes stand behind those limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from api.http.apart import apart
from api.settings import Settings
from ledger.bank.values import Statement
from ledger.errors import BadInput
from lending.bank.files import read_statement
from lending.registers.marking import mark
from lending.registers.mending import mend_zeros
from lending.registers.review import Review, read_register
from lending.registers.vocabulary import Language

T = TypeVar("T")

_MEGABYTE = 1_000_000


@dataclass(eq=False, kw_only=True)
class RegisterTooHeavy(BadInput):
    """A file whose reading took more time or memory than it may."""

    code = "register-too-heavy"
    sentence = (
        "Reading the file took more than {seconds} s or {memory} MB and was stopped. Split the register into several "
        "files, or save it anew without formats."
    )
    seconds: int
    memory: int


def read_apart(settings: Settings, content: bytes, filename: str) -> Review:
    """The review of a register.

    Raises:
        UnreadableFile: it is refused as a whole. RegisterTooHeavy.
    """
    return _limited(settings, read_register, content, filename)


def statement_apart(settings: Settings, content: bytes) -> Statement:
    """The statement of a bank account in a file, under the limits of registers.

    Raises:
        UnreadableFile, BadStatement: it is refused as a whole. RegisterTooHeavy.
    """
    return _limited(settings, read_statement, content)


def marked_apart(settings: Settings, content: bytes, review: Review, language: Language) -> bytes:
    """The sender's own workbook with its problems marked.

    Raises:
        RegisterTooHeavy.
    """
    return _limited(settings, mark, content, review, language)


def mended_apart(settings: Settings, content: bytes, review: Review) -> bytes:
    """The sender's own workbook with lost zeros put back.

    Raises:
        RegisterTooHeavy.
    """
    return _limited(settings, mend_zeros, content, review)


def _limited(settings: Settings, work: Callable[..., T], *given: Any) -> T:
    seconds, memory = settings.register_seconds, settings.register_memory
    refusal = RegisterTooHeavy(seconds=seconds, memory=memory // _MEGABYTE)
    return apart(work, *given, seconds=seconds, memory=memory, refusal=refusal)
