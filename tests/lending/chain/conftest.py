"""A small world for the tests of the chain, from the republican budget to one lender."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.lending.chain.world import World, build


@pytest.fixture
def world(session: Session) -> World:
    """The links of the 746 chain, agreed and not drawn."""
    return build(session)
