"""A body beyond the limit is refused before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request

from tests.api.http.conftest import MakeClient

router = APIRouter()
OURS = {"Sec-Fetch-Site": "same-origin"}
LIMIT = 1_000_000


@router.post("/take")
async def take(request: Request) -> int:
    """How many bytes came."""
    return len(await request.body())


def test_a_body_at_the_limit_is_taken(make_client: MakeClient) -> None:
    """The limit itself is allowed."""
    assert make_client(router, largest_body=LIMIT).post("/take", content=b"x" * LIMIT, headers=OURS).json() == LIMIT


def test_a_declared_body_is_not_even_read(make_client: MakeClient) -> None:
    """One byte more is 413, whatever the handler would have done with it."""
    answer = make_client(router, largest_body=LIMIT).post("/", content=b"x" * (LIMIT + 1), headers=OURS)
    assert answer.status_code == 413


def test_a_body_in_pieces_ends_at_the_limit(make_client: MakeClient) -> None:
    """A gigabyte that says no length is refused after the first piece too many; the rest is never held."""
    largest = 0

    def pieces() -> Iterator[bytes]:
        nonlocal largest
        for _ in range(20):
            largest += LIMIT // 10
            yield b"x" * (LIMIT // 10)

    answer = make_client(router, largest_body=LIMIT).post("/take", content=pieces(), headers=OURS)
    assert (answer.status_code, "1 MB" in answer.text) == (413, True)
