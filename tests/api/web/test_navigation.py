"""The menu shows what somebody may open, and where they are."""

from __future__ import annotations

import pytest

from api.web.navigation import ENTRIES, Entry, navigation
from reports.words import LANGUAGES, catalogue

ELSEWHERE = Entry("web.nav.home", "/elsewhere")


def test_only_what_one_may_open_is_shown() -> None:
    """An entry whose route is not permitted is not there."""
    assert navigation(lambda route: route == "GET /elsewhere", [*ENTRIES, ELSEWHERE]) == [ELSEWHERE]


@pytest.mark.parametrize(
    ("path", "is_open"), [("/elsewhere", True), ("/elsewhere/17", True), ("/elsewheres", False), ("/", False)]
)
def test_a_page_belongs_to_its_entry(path: str, *, is_open: bool) -> None:
    """The pages below an entry's are its own."""
    assert ELSEWHERE.is_open(path) is is_open


def test_every_entry_has_words() -> None:
    """In every language."""
    assert [each.words for each in ENTRIES for lang in LANGUAGES if each.words not in catalogue(lang)] == []
