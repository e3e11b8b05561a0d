"""Machines that watch can tell a living server from one without its database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.http.app import create_app
from api.world import World
from tests.api.http.conftest import SITE, MakeClient, world

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_a_living_server_is_well(engine: Engine) -> None:
    """200 where the database answers."""
    alone = world()
    app = create_app(World(alone.settings, engine, engine, alone.now))
    assert TestClient(app, base_url=SITE).get("/health").status_code == 200


def test_a_server_without_its_database_is_not(make_client: MakeClient) -> None:
    """503 where it does not, and no word about why."""
    answer = make_client().get("/health")
    assert (answer.status_code, answer.json()) == (503, {"database": "does not answer"})


def test_violations_of_the_policy_are_logged(make_client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    """What a browser refused is told in the log; what else it sent is left out."""
    report = {"csp-report": {"effective-directive": "style-src", "script-sample": "850101300123"}}
    assert make_client().post("/csp", json=report, headers=OURS).status_code == 204
    told = next(each for each in caplog.records if "policy" in each.message)
    assert told.__dict__["fields"] == {"effective-directive": "style-src"}


def test_a_report_that_is_none_is_refused(make_client: MakeClient) -> None:
    """Anything else sent there is no fault of ours."""
    assert make_client().post("/csp", content=b"no json", headers=OURS).status_code == 400
