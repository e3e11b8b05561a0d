"""Reading changes nothing: every address that is read, read twice by people of every role, leaves every row as it was.

Left out: sessions, which remember when they were last used. No address that is read writes anything else, downloads
included; a file that were to leave an audit row would have to be named here.
"""

from __future__ import annotations

import pytest

from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.town import SAFE, Town, addresses

READERS = ("lender-officer", "guarantor-officer", "budget-approver", "administrator")
MORE = ("operator-officer", "akimat-officer", "chief-accountant", "auditor")
REMEMBERED = ("sign_in_session",)


@pytest.mark.parametrize("role", [*READERS, *(pytest.param(role, marks=pytest.mark.slow) for role in MORE)])
def test_reading_twice_changes_no_row(town: Town, role: str) -> None:
    """Every address a person may read answers, and no table has another row or another value afterwards."""
    actor = town.somebody(role)
    browser = town.browser(actor)
    routes = [route for route in town.routes if route.startswith(SAFE) and promised(route, role)]
    reached = [each for route in routes for each in addresses(town, route, actor, most=1)]
    before = town.fingerprint(*REMEMBERED)
    for path in [*reached, *reached]:
        answer = browser.get(path)
        assert answer.status_code < 500, path
    assert town.fingerprint(*REMEMBERED) == before
    assert len(reached) > 10
