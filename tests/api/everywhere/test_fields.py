"""Who need not see a borrower's number of identity does not: it is on no page and in no answer for them.

Numbers of identity are what contracts, guarantees, subsidies and their control go by, so everybody who works on loans
reads them. People who only run accounts (administrators) and visitors read none.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ledger.unit_of_work import perform
from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.town import SAFE, Town, addresses


@pytest.mark.parametrize("role", [None, "administrator"])
def test_who_only_runs_accounts_reads_no_number_of_identity(town: Town, role: str | None) -> None:
    """No page, file or object open to them has a number of any borrower."""
    query = text("SELECT id_number FROM borrower")
    numbers = perform(town.world.jobs, lambda session: list(session.scalars(query)))
    actor = None if role is None else town.somebody(role)
    browser = town.browser(actor)
    for route in town.routes:
        if route.startswith(SAFE) and promised(route, role):
            for path in addresses(town, route, most=1):
                answer = browser.get(path).text
                assert [number for number in numbers if number in answer] == [], path
