"""Requests leave a line and a figure each, and nothing about anybody in either."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from fastapi import APIRouter

from api.http.logs import Lines, masked
from tests.api.http.conftest import MakeClient

router = APIRouter()
IIN = "850101300123"


@router.get("/borrowers/{iin}")
def borrower(iin: str) -> str:
    """Somebody by number."""
    return iin


def test_a_request_is_logged_by_its_route(make_client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    """The line has the route, the status and the id of the answer, and not the number in the address."""
    caplog.set_level(logging.INFO, "nesie")
    answer = make_client(router).get(f"/borrowers/{IIN}?token=abc")
    line = Lines().format(next(each for each in caplog.records if each.message == "answered"))
    assert IIN not in line
    assert "abc" not in line
    told = json.loads(line)
    assert (told["route"], told["status"]) == ("/borrowers/{iin}", 200)
    assert told["request"] == answer.headers["X-Request-Id"]


def test_figures_count_by_route(make_client: MakeClient) -> None:
    """Addresses that lead nowhere count as one, or anybody could fill the memory with made-up ones."""
    client = make_client(router)
    for path in (f"/borrowers/{IIN}", "/nowhere/1", "/nowhere/2", "/static/nesie.css"):
        client.get(path)
    figures = client.get("/metrics").text
    assert 'nesie_requests_total{method="GET",route="/borrowers/{iin}",status="200"} 1.0' in figures
    assert 'nesie_requests_total{method="GET",route="/static/",status="200"} 1.0' in figures
    assert 'nesie_requests_total{method="GET",route="nowhere",status="404"} 2.0' in figures


def test_figures_are_for_those_who_watch(make_client: MakeClient) -> None:
    """Another address is told that there is no such page."""
    assert make_client(address="10.0.0.9").get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        f"Key (iin)=({IIN}) already exists", "password=hunter2", "'token': 'hunter2'", "Authorization: Bearer hunter2",
        "__Host-session_token=hunter2; Path=/", '{"new_password":"hunter2"}',
    ],
)  # fmt: skip
def test_numbers_and_secrets_are_masked(told: str) -> None:
    """Whatever an error or a library says, no number of identity and no secret is written."""
    assert "hunter2" not in masked(told)
    assert IIN not in masked(told)


def test_a_sum_is_no_number_of_identity() -> None:
    """Longer and shorter runs of digits stay readable."""
    assert masked("request 1234567890123, loan 17") == "request 1234567890123, loan 17"


def test_a_line_stays_one_line() -> None:
    """What was typed cannot forge a line of its own, and an error's traceback is masked as well."""
    try:
        raise ValueError(f'{IIN}\n{{"level": "forged"}}')
    except ValueError:
        record = logging.LogRecord("nesie", logging.ERROR, "", 0, "typed\nforged", None, sys.exc_info())
    line = Lines().format(record)
    assert "\n" not in line
    assert IIN not in line
    assert json.loads(line)["message"] == "typed\nforged"
