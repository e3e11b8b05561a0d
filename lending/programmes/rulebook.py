"""The rulebook: every rule of the programmes by id, and what became of it here.

The entries are in ``rulebook.toml``. Whether they are true (the functions exist, the provisions cite the rule, what
is called enforced is enforced) is tested, and ``docs/rules.md`` is written from them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Status = Literal["enforced", "elsewhere", "shown", "not-checkable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One rule. ``where``: dotted functions (elsewhere), or the provision, table or file that shows it (shown);
    ``why``: the reason that nothing here can check it.
    """

    id: str
    title: str
    status: Status
    where: tuple[str, ...]
    why: str

    @property
    def programme(self) -> str:
        """The part of the id that names the programme: 919, 746 or RM."""
        return self.id.partition("-")[0]

    @property
    def group(self) -> str:
        """The two letters of the id that name the subject, such as LN for loans."""
        return self.id.split("-")[1]


@cache
def rulebook() -> tuple[Entry, ...]:
    """All rules, by subject and programme, in the order of the rulebook."""
    text = files("lending.programmes").joinpath("rulebook.toml").read_text(encoding="utf-8")
    return tuple(
        Entry(
            id=name,
            title=row["is"],
            status=row["status"],
            where=(row["where"],) if isinstance(row.get("where"), str) else tuple(row.get("where", ())),
            why=row.get("why", ""),
        )
        for name, row in tomllib.loads(text).items()
    )
