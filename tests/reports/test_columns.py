"""Shared columns mean one thing each. Their heads are in the catalogue."""

import pytest

from reports import columns
from reports.report import Column
from reports.words import LANGUAGES, Lang, value_text

SHARED = [each for each in vars(columns).values() if isinstance(each, Column)]


def test_no_two_columns_share_a_key() -> None:
    """A key names one column in every report and in JSON."""
    assert len({each.key for each in SHARED}) == len(SHARED)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_heads_tell_columns_apart(lang: Lang) -> None:
    """No two columns have the same head in any language."""
    assert len({value_text(each.title, lang) for each in SHARED}) == len(SHARED)
