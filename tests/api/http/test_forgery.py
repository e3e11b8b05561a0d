"""Other sites cannot make a person's browser change anything here."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Request

from api.http.forgery import COOKIE, FIELD, HEADER
from tests.api.http.conftest import SITE, MakeClient

router = APIRouter()
OURS = ["ours"]


@router.post("/change")
async def change(request: Request) -> list[str]:
    """Repeat what was typed."""
    async with request.form() as form:
        return [str(value) for name, value in form.items() if name != FIELD]


@router.get("/form")
def form(request: Request) -> str:
    """The token, as a page writes it."""
    from api.web.rendering import csrf

    return csrf(request)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer x"}, 403),
        ({"Origin": SITE}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": f"{SITE}.evil.example"}, 403),
        ({"Authorization": "Bearer x"}, 200),
        ({}, 403),
    ],
)
def test_where_a_change_comes_from_decides(make_client: MakeClient, headers: dict[str, str], status: int) -> None:
    """Ours goes through, anybody else's is refused, and silence is no consent."""
    assert make_client(router).post("/change", data={"a": "ours"}, headers=headers).status_code == status


@pytest.mark.parametrize("files", [None, {"paper": b"%PDF"}], ids=["plain", "with a file"])
def test_an_old_browser_shows_the_token(make_client: MakeClient, files: dict[str, bytes] | None) -> None:
    """Without either header the form's token must be the cookie's; the handler still reads the whole form."""
    client = make_client(router)
    token = client.get("/form").json()
    answer = client.post("/change", data={FIELD: token, "a": "ours"}, files=files)
    assert (answer.status_code, answer.json()[:1]) == (200, OURS)
    assert client.post("/change", data={FIELD: "another", "a": "ours"}, files=files).status_code == 403


def test_the_token_may_come_in_a_header(make_client: MakeClient) -> None:
    """What scripts of ours send need not be a form."""
    client = make_client(router)
    token = client.get("/form").json()
    assert client.post("/change", headers={HEADER: token}).status_code == 200


def test_a_token_without_its_cookie_is_nothing(make_client: MakeClient) -> None:
    """A token that somebody guessed or planted proves nothing."""
    assert make_client(router).post("/change", data={FIELD: "x"}).status_code == 403


def test_the_cookie_is_bound_to_the_host(make_client: MakeClient) -> None:
    """It is sent over TLS only, to this host only, and no script reads it; a page without a form sets none."""
    client = make_client(router)
    assert COOKIE not in client.get("/").headers.get("set-cookie", "")
    cookie = client.get("/form").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
