"""Errors are told to programs as problems and to people as pages, and faults of ours to nobody but the log."""

from __future__ import annotations

import logging
from typing import Annotated

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, Field

from ledger.errors import NotFound
from reports.words import LANGUAGES, Lang
from tests.api.http.conftest import MakeClient

SECRET = "SELECT 1 FROM app_user WHERE password='hunter2'"
OURS = {"Sec-Fetch-Site": "same-origin"}
router = APIRouter()


class Repayment(BaseModel):
    """Something with fields."""

    amount: Annotated[int, Field(gt=0)]
    note: str


@router.get("/api/v1/loans/{loan_id}")
@router.get("/loans/{loan_id}")
def loan(loan_id: int) -> None:
    """A loan that is not there."""
    raise NotFound(what="loan", name=str(loan_id))


@router.get("/api/v1/fault")
@router.get("/fault")
def fault() -> None:
    """A fault of ours that tells too much."""
    raise RuntimeError(SECRET)


@router.post("/api/v1/repay")
def repay(repayment: Repayment) -> Repayment:
    """Something that reads fields."""
    return repayment


def test_a_program_gets_a_problem(make_client: MakeClient) -> None:
    """Type, title, status, detail, code and values of the error, as RFC 9457 says."""
    answer = make_client(router).get("/api/v1/loans/7")
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["instance"] == f"urn:nesie:request:{answer.headers['X-Request-Id']}"
    assert {name: told[name] for name in ("type", "title", "status", "code", "values", "fields")} == {
        "type": "urn:nesie:error:not-found", "title": "Page not found", "status": 404, "code": "not-found",
        "values": {"what": "loan", "name": "7"}, "fields": [],
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_told_in_the_language_asked_for(make_client: MakeClient, lang: Lang) -> None:
    """By the address, or else as the browser prefers."""
    client = make_client(router)
    asked = client.get(f"/api/v1/loans/7?lang={lang}").json()["detail"]
    assert asked == client.get("/api/v1/loans/7", headers={"Accept-Language": f"{lang}-KZ,en;q=0.5"}).json()["detail"]
    assert {"kk": "табылмады", "ru": "Не найдено", "en": "There is no loan"}[lang] in asked


def test_fields_are_named_with_what_is_wrong(make_client: MakeClient) -> None:
    """Each field that does not fit stands there by name with a sentence, without what was typed."""
    told = make_client(router).post("/api/v1/repay", json={"amount": -5}, headers=OURS).json()
    assert (told["status"], told["code"]) == (422, "invalid-fields")
    assert told["fields"] == [
        {"name": "amount", "code": "greater_than", "message": "Must be more than 0."},
        {"name": "note", "code": "missing", "message": "Fill this in."},
    ]


@pytest.mark.parametrize("path", ["/fault", "/api/v1/fault"])
def test_a_fault_tells_only_its_number(make_client: MakeClient, path: str, caplog: pytest.LogCaptureFixture) -> None:
    """No stack, statement or message leaves the house; the log has them under the number that the answer tells."""
    answer = make_client(router).get(path)
    assert answer.status_code == 500
    assert not any(word in answer.text for word in ("hunter2", "SELECT", "RuntimeError", "Traceback"))
    assert answer.headers["X-Request-Id"] in answer.text
    failed = next(each for each in caplog.records if each.levelno == logging.ERROR)
    assert failed.__dict__["fields"] == {"request": answer.headers["X-Request-Id"]}
    assert failed.exc_info is not None


def test_a_person_gets_a_page(make_client: MakeClient) -> None:
    """The sentence of the error on a page of the site, with its status."""
    answer = make_client(router).get("/loans/7")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is no loan 7." in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/api/nowhere", 404, "no-such-page"), ("PUT", "/api/v1/repay", 405, "wrong-method")],
)
def test_what_is_not_there_is_told_alike(
    make_client: MakeClient, method: str, path: str, status: int, code: str
) -> None:
    """An address or a method that does not exist is an error of the same tree."""
    told = make_client(router).request(method, path, headers=OURS).json()
    assert (told["status"], told["code"]) == (status, code)


def test_an_unknown_host_is_refused(make_client: MakeClient) -> None:
    """A page asked for under another name is not given."""
    assert make_client().get("/", headers={"Host": "evil.example"}).status_code == 400
