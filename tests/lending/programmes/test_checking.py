"""Applications against the editions: every limit just inside, at, and just outside, in each edition and territory."""

from __future__ import annotations

import pytest

from lending.programmes.application import application_from_json
from lending.programmes.checking import check
from tests.lending.programmes.samples import Row, found, rows

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_found(row: Row) -> None:
    """Exactly the rules of the row are found, each as grave as the row says."""
    assert found(check(application_from_json(row.facts))) == row.expected
