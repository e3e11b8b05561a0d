"""A fault of ours tells the person its number and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.town import OURS, Town, nowhere

SECRET = "SELECT secret FROM person WHERE iin = 850101300018"


def fail(**_: Any) -> None:
    """A handler in which something nobody foresaw happens."""
    raise RuntimeError(SECRET)


def test_every_route_tells_a_fault_by_its_number_only(own_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever handler fails, the answer has the id of the request, and no words of the error, no stack, no version."""
    browser = own_town.browser(own_town.somebody("administrator", "auditor"))
    routes = {f"{method} {each.path}": each for each in iter_route_contexts(own_town.app.routes)
              for method in each.methods or ()}  # fmt: skip
    failed = 0
    for route in own_town.routes:
        if not promised(route, "administrator"):
            continue
        monkeypatch.setattr(routes[route].dependant, "call", fail)
        answer = browser.request(route.split()[0], nowhere(route), headers=OURS)
        if answer.status_code == 500:
            failed += 1
            assert answer.headers["X-Request-Id"] in answer.text, route
        for told in ("secret", "850101300018", "RuntimeError", "Traceback", "File ", "sqlalchemy", "starlette"):
            assert told not in answer.text, (route, told)
    assert failed > 20
