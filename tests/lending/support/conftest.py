"""The chain that tests of support money start from."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.lending.support.world import Funded, funded


@pytest.fixture
def world(session: Session) -> Funded:
    """A chain of 746 from the budget to an MFO, agreed and not drawn."""
    return funded(session)
