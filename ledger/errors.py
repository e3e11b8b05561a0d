"""The one tree of errors.

Every error that a user may meet is a class here or below one of these, carries typed fields, a stable
``code`` and an English ``sentence``. The sentence says what was expected, what was found and how to mend it;
Kazakh and Russian wordings live in the catalogue under ``error.<code>`` and take the same fields, so an
error travels as a code and values and is worded at the edge.

::

    NesieError
    ├── BadInput      the request cannot be read or makes no sense      exit 2, HTTP 422
    │   └── NotFound  it names something that does not exist            exit 2, HTTP 404
    ├── Refused       understood, but not allowed                       exit 1, HTTP 409
    │   └── Conflict  not allowed at this moment or for the second time exit 1, HTTP 409
    └── Broken        an invariant of ours does not hold                exit 3, HTTP 500
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(eq=False, kw_only=True)
class NesieError(Exception):
    """Root of the tree; subclasses are keyword-only dataclasses with a ``code`` and a ``sentence``."""

    code: ClassVar[str] = "nesie"
    sentence: ClassVar[str] = "Something went wrong."
    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 500

    def values(self) -> dict[str, object]:
        """The typed fields by name, for the catalogue and for machine-readable output."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        """How an error travels between processes: its class and its fields by name."""
        return _made, (type(self), {field.name: getattr(self, field.name) for field in fields(self)})

    def __str__(self) -> str:
        return self.sentence.format(**self.values())


class BadInput(NesieError):
    """The request cannot be read or makes no sense."""

    code = "bad-input"
    exit_code = 2
    http_status = 422


@dataclass(eq=False, kw_only=True)
class NotFound(BadInput):
    """The request names something that does not exist."""

    code = "not-found"
    sentence = "There is no {what} {name}. Check the spelling, or list what exists."
    http_status = 404

    what: str
    name: str


class Refused(NesieError):
    """Understood, but not allowed."""

    code = "refused"
    exit_code = 1
    http_status = 409


class Conflict(Refused):
    """Not allowed at this moment, or not for a second time."""

    code = "conflict"


class Broken(NesieError):
    """An invariant of the system does not hold: a fault of ours or a tampered database."""

    code = "broken"


def _made(kind: type[NesieError], values: dict[str, Any]) -> NesieError:
    return kind(**values)
