"""The trees of the whole source are a million objects: they are kept for the tests of one file and then let go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.architecture.source import module


@pytest.fixture(scope="module", autouse=True)
def let_go() -> Iterator[None]:
    """What was parsed for these tests goes with them."""
    yield
    module.cache_clear()
