"""What pages say is escaped, in the person's language, and at addresses that keep the view."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Request
from jinja2 import UndefinedError
from starlette.responses import Response

from api.web.rendering import environment, figure, money, render, url
from ledger.money import tenge
from tests.api.http.conftest import MakeClient

router = APIRouter()
SCRIPT = "<img src=x onerror=alert(1)>"


@router.get("/said")
def said(request: Request) -> Response:
    """A page with a hostile title."""
    return render(request, "shell/error.html", title=SCRIPT, detail=SCRIPT, request_id=SCRIPT)


def asked(query: str) -> Request:
    """A request for a page with a query."""
    return Request({"type": "http", "path": "/loans", "query_string": query.encode(), "headers": []})


def test_whatever_is_shown_is_escaped(make_client: MakeClient) -> None:
    """A name that is markup stays a name."""
    page = make_client(router).get("/said").text
    assert SCRIPT not in page
    assert "&lt;img src=x" in page


def test_a_misspelt_name_is_an_error() -> None:
    """A template does not silently show nothing."""
    with pytest.raises(UndefinedError):
        environment().from_string("{{ amuont }}").render(amount=1)


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "/loans?district=1&district=2&sort=day"),
        ({"sort": "amount"}, "/loans?district=1&district=2&sort=amount"),
        ({"district": None}, "/loans?sort=day"),
        ({"district": [3, 4], "sort": None}, "/loans?district=3&district=4"),
        ({"lang": "kk"}, "/loans?district=1&district=2&sort=day&lang=kk"),
    ],
)
def test_the_view_is_the_address(changes: dict[str, object], address: str) -> None:
    """A change of the view keeps the rest of it; the language is not part of it."""
    assert url(asked("district=1&district=2&sort=day&lang=ru"), **changes) == address


def test_another_page_starts_anew() -> None:
    """With a path nothing of the present view goes along."""
    assert (
        url(asked("sort=day"), "/search", q="ТОО «А&Б»") == "/search?q=%D0%A2%D0%9E%D0%9E+%C2%AB%D0%90%26%D0%91%C2%BB"
    )


def test_sums_are_written_one_way() -> None:
    """Money with its sign and no-break spaces; tiyn and money alike."""
    assert money(tenge("1234567.89"), "ru") == "1\u00a0234\u00a0567,89\u00a0₸" == money(123456789, "ru")
    assert figure(-5, "kk") == "-0,05"


def test_the_chosen_language_is_remembered(make_client: MakeClient) -> None:
    """Asked for once in an address, it stays for the pages after."""
    client = make_client(router)
    assert 'lang="kk"' in client.get("/?lang=kk").text
    assert '<html lang="kk">' in client.get("/").text
