"""The chart of accounts: stable numbers, mirrors that point at each other, kinds that exist."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import chart
from ledger.errors import NotFound
from ledger.tables import AccountRow


def test_numbers_and_codes_are_unique() -> None:
    """Every account can be found by its number and by its code."""
    assert len(chart.accounts()) == len(chart.accounts_by_id())


def test_mirrors_point_at_each_other() -> None:
    """The mirror of the mirror is the account itself, on the other side of the balance sheet."""
    for account in chart.accounts().values():
        if account.mirror:
            mirror = chart.account(account.mirror)
            assert (mirror.mirror, {mirror.type, account.type}) == (account.code, {"asset", "liability"})


def test_kinds_exist() -> None:
    """Accounts are only for kinds of organisation that keep a book."""
    used = {kind for account in chart.accounts().values() for kind in account.kinds}
    assert used <= {*chart.organisation_kinds(), "*"}


def test_unknown_account_is_named() -> None:
    """Asking for an account that is not there names it."""
    with pytest.raises(NotFound, match="petty-cash"):
        chart.account("petty-cash")


@pytest.mark.parametrize(("code", "kind", "usable"), [("cash", "bank", True), ("treasury", "bank", False)])
def test_usable_by(code: str, kind: str, *, usable: bool) -> None:
    """Everybody has cash; only budgets have a treasury."""
    assert chart.account(code).usable_by(kind) is usable


def test_the_database_has_the_chart(session: Session) -> None:
    """Migration installs the whole chart."""
    assert set(session.scalars(select(AccountRow.code))) == set(chart.accounts())
