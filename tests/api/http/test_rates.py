"""Nobody may take more of what is dear than their share of a minute, and nobody else pays for it."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Depends

from api.http.rates import Rates, limited
from api.http.refusals import TooManyRequests
from api.settings import Settings
from tests.api.http.conftest import MakeClient

router = APIRouter()


@router.get("/dear", dependencies=[Depends(limited("search"))])
def dear() -> str:
    """Something dear."""
    return "found"


def test_the_answer_says_when_to_come_back(make_client: MakeClient) -> None:
    """Beyond the rate the answer is 429 with Retry-After."""
    client = make_client(router, rate_search=2)
    assert [client.get("/dear").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/dear").headers["Retry-After"] == "30"


def test_tokens_come_back_evenly() -> None:
    """Half a minute gives half the tokens back, and a long rest never more than all."""
    now = 0.0
    rates = Rates(Settings(rate_export=4), clock=lambda: now)
    for _ in range(4):
        rates.spend("export", "user 1")
    now = 30.0
    rates.spend("export", "user 1")
    rates.spend("export", "user 1")
    with pytest.raises(TooManyRequests) as refused:
        rates.spend("export", "user 1")
    assert refused.value.seconds == 15


def test_others_are_unaffected() -> None:
    """Each person and each kind of asking has a bucket of its own."""
    rates = Rates(Settings(rate_export=1, rate_api=1), clock=lambda: 0.0)
    rates.spend("export", "user 1")
    rates.spend("export", "user 2")
    rates.spend("api", "user 1")
