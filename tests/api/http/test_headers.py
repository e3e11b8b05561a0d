"""Whatever is answered carries the headers that keep browsers from doing harm."""

from __future__ import annotations

import pytest

from api.http.headers import HEADERS
from api.web.rendering import asset
from tests.api.http.conftest import MakeClient


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/health", "/metrics", "/api/v1/openapi.json", "/api/nowhere", "/static/nesie.css"]
)
def test_every_answer_has_the_security_headers(make_client: MakeClient, path: str) -> None:
    """Pages, errors, figures, files and the API all have all of them, and vary by who fetches."""
    headers = make_client().get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "HX-Request" in headers["Vary"]


def test_the_policy_allows_nothing_inline() -> None:
    """No script or style of a page itself runs, and nobody may put our pages into theirs."""
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_files_with_their_digest_are_kept(make_client: MakeClient) -> None:
    """A file whose address changes with its content is fetched once."""
    assert "immutable" in make_client().get(asset("nesie.css")).headers["Cache-Control"]
