"""The chart of accounts: what each account means and whose book may use it.

The chart is data (``chart.toml``) and small, because a posting names a subject beside its account. This module
reads it once and answers questions about it; the database keeps a copy for its own checks, written by
`ledger.organisations.install_chart`. No rule about what to book lives here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from ledger.errors import NotFound

AccountType = Literal["asset", "liability", "equity", "income", "expense", "memorandum"]

#: Types whose balance grows with debits; the others grow with credits.
DEBIT_TYPES: frozenset[AccountType] = frozenset({"asset", "expense", "memorandum"})


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the chart. ``kinds`` are the organisation kinds that may use it, or ``("*",)``.

    ``mof``, ``nb3``, ``nb79`` and ``gov`` are the numbers it has in the charts of the Ministry of Finance, of
    banks, of microfinance organisations and of state institutions; empty where none was published.
    """

    id: int
    code: str
    type: AccountType
    name_kk: str
    name_ru: str
    name_en: str
    subject: str
    kinds: tuple[str, ...]
    mirror: str
    mof: str
    nb3: str
    nb79: str
    gov: str

    def usable_by(self, kind: str) -> bool:
        """Whether books of organisations of this kind may carry the account."""
        return self.kinds == ("*",) or kind in self.kinds


def _account(row: dict[str, Any]) -> Account:
    name = row["name"]
    optional = {key: row.get(key, "") for key in ("subject", "mirror", "mof", "nb3", "nb79", "gov")}
    return Account(
        id=row["id"], code=row["code"], type=row["type"], name_kk=name["kk"], name_ru=name["ru"],
        name_en=name["en"], kinds=tuple(row["kinds"]), **optional,
    )  # fmt: skip


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("ledger").joinpath("chart.toml").read_text(encoding="utf-8"))


@cache
def accounts() -> dict[str, Account]:
    """Every account by its code."""
    return {row["code"]: _account(row) for row in _document()["account"]}


@cache
def accounts_by_id() -> dict[int, Account]:
    """Every account by its stable number."""
    return {account.id: account for account in accounts().values()}


@cache
def organisation_kinds() -> dict[str, str]:
    """Kinds of organisation that keep a book, with their English descriptions."""
    return dict(_document()["kinds"])


def account(code: str) -> Account:
    """The account called ``code``.

    Raises:
        NotFound: the chart has no such account.
    """
    try:
        return accounts()[code]
    except KeyError:
        raise NotFound(what="account", name=code) from None
