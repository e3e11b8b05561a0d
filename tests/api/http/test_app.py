"""The application describes its API and nothing else, and every middleware stands in its place."""

from __future__ import annotations

from fastapi import APIRouter

from tests.api.http.conftest import MakeClient

router = APIRouter(prefix="/api/v1")


@router.get("/loans")
def loans() -> list[str]:
    """Loans."""
    return []


def test_only_the_api_is_described(make_client: MakeClient) -> None:
    """Pages, health and figures are no part of what programs may build on."""
    assert list(make_client(router).get("/api/v1/openapi.json").json()["paths"]) == ["/api/v1/loans"]
