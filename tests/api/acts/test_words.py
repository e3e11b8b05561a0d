"""Every act, what it asks and what it moves can be said in three languages, and nothing else is worded."""

from collections.abc import Iterator

import pytest

from api.acts.registry import acts
from api.listings import LISTINGS
from api.web.widgets import widgets
from reports.report import Phrase
from reports.words import LANGUAGES, Lang, catalogue, value_text


def keys_of_acts() -> Iterator[str]:
    """Words that acts need, hints left out."""
    for act in acts().values():
        yield f"act.{act.name}"
        yield from (f"field.{name}" for name in act.asks.model_fields)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_act_and_field_is_worded(lang: Lang) -> None:
    """Titles, fields and choices of every act are in the catalogue."""
    assert [key for key in keys_of_acts() if key not in catalogue(lang)] == []
    assert all(len(widgets(act, lang)) == len(act.asks.model_fields) for act in acts().values())


def test_no_act_or_field_is_worded_that_does_not_exist() -> None:
    """Words of acts and fields that are gone go too; hints belong to fields."""
    known = set(keys_of_acts())
    worded = {key.removesuffix(".hint") for key in catalogue("ru") if key.startswith(("act.", "field."))}
    assert worded - known == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_listing_is_worded(lang: Lang) -> None:
    """Titles, heads and facets of every listing are in the catalogue."""
    for listing in LISTINGS.values():
        assert f"listing.{listing.name}" in catalogue(lang)
        assert all(value_text(column.title, lang) for column in listing.columns if isinstance(column.title, Phrase))
        missing = [each.name for each in listing.filters if each.facet and f"facet.{each.name}" not in catalogue(lang)]
        assert missing == []
