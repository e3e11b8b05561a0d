"""A form as it is shown: what was typed, what is wrong with it, and the key that lets it take effect only once.

Nothing typed is ever lost: a form that is refused, or drawn again in another language, comes back with every value as
it was written, sums and spaces normalised. What the values mean is for pydantic to say; `problems_of` words it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from api.http.invalid import field_problems
from ledger.errors import NesieError
from ledger.money import tenge, to_tiyn
from reports.words import Lang, cell_text, error_text

#: The hidden fields of every form, and the button that draws it again in another language.
KEY, CSRF, REDRAW = "key", "csrf", "redraw"
_OURS = frozenset({KEY, CSRF, REDRAW})
_SUM = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,2})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Form:
    """``values`` by field as typed, ``problems`` by field in words; a problem of the whole stands under ``""``.

    ``labels`` fills while the fields are drawn, so that the summary above them can name each. ``lost`` are the fields
    in which a file was chosen: no browser takes one back.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid4().hex)
    labels: dict[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    def labelled(self, name: str, words: str) -> str:
        """``words``, remembered as those of the field ``name``."""
        self.labels[name] = words
        return words

    def value(self, name: str) -> str:
        """What stands in the field ``name``; nothing where nothing was typed."""
        return self.values.get(name, "")

    def money(self, name: str) -> str:
        """What stands in a field of money, as sums are written where it is one."""
        return written_sum(self.value(name))


async def sent(request: Request) -> AsyncIterator[FormData]:
    """The form of a request; its files are closed when the answer has been made."""
    async with request.form() as data:
        yield data


#: What a plain handler asks for to be given a form as it was sent.
Sent = Annotated[FormData, Depends(sent)]


def typed(data: FormData, problems: Mapping[str, str] | None = None) -> Form:
    """The form that was sent, with what is wrong with it; uploaded files are not among its values."""
    values = {name: value for name, value in data.items() if isinstance(value, str) and name not in _OURS}
    lost = frozenset(name for name, value in data.items() if isinstance(value, UploadFile) and value.filename)
    key = data.get(KEY)
    return Form(values, problems or {}, key if isinstance(key, str) and key else uuid4().hex, lost=lost)


def asked(data: FormData) -> dict[str, str]:
    """What a request model is made of: the fields of a form that are not empty and not ours."""
    return {name: value for name, value in typed(data).values.items() if value.strip()}


def is_redrawn(data: FormData) -> bool:
    """Whether the person only changed the language: show the form again, ask nothing of it."""
    return REDRAW in data


def problems_of(error: ValidationError | NesieError, lang: Lang) -> dict[str, str]:
    """What is wrong, by field, in words of ``lang``; an error that names no field is one of the whole."""
    if isinstance(error, NesieError):
        return {"": error_text(error, lang)}
    problems: dict[str, str] = {}
    for each in field_problems(error.errors(), lang):
        problems.setdefault(each.name, each.message)
    return problems


def written_sum(text: str) -> str:
    """``1250000.5`` or ``1 250 000,50 ₸`` as ``1 250 000,50`` with no-break spaces; other texts as they are."""
    plain = _SPACES.sub("", text).removesuffix("₸").replace(",", ".")
    return cell_text("money", to_tiyn(tenge(plain)), "ru") if _SUM.fullmatch(plain) else text
