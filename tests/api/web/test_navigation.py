"""The menu shows what somebody may open, by kind of work, and where they are."""

from __future__ import annotations

import pytest

from api.access.matrix import matrix
from api.web.navigation import GROUPS, Entry, Group, navigation
from reports.words import LANGUAGES, catalogue

ELSEWHERE = Entry("web.nav.home", "/elsewhere", also=("/beyond",))
ENTRIES = [entry for group in GROUPS for entry in group.entries]


def test_only_what_one_may_open_is_shown() -> None:
    """An entry whose route is not permitted is not there, nor is a heading that nothing is left under."""
    shown = navigation(lambda route: route == "GET /elsewhere", [*GROUPS, Group("somewhere", (ELSEWHERE, ENTRIES[0]))])
    assert shown == [Group("somewhere", (ELSEWHERE,))]


@pytest.mark.parametrize(
    ("path", "is_open"),
    [("/elsewhere", True), ("/elsewhere/17", True), ("/elsewheres", False), ("/", False), ("/beyond/3", True)],
)
def test_a_page_belongs_to_its_entry(path: str, *, is_open: bool) -> None:
    """The pages below an entry's are its own, and so are those it names; its group is open with it."""
    assert ELSEWHERE.is_open(path) is is_open
    assert Group("somewhere", (ELSEWHERE,)).is_open(path) is is_open


@pytest.mark.parametrize("path", [each.path for each in ENTRIES])
def test_a_page_stands_in_the_menu_once(path: str) -> None:
    """No page opens two entries, and each is a page of the access matrix."""
    assert [each.path for each in ENTRIES if each.is_open(path)] == [path]
    assert f"GET {path}" in matrix().routes


def test_every_line_has_words() -> None:
    """Entries and headings, in every language."""
    keys = [each.words for each in ENTRIES] + [each.words for each in GROUPS if each.words]
    assert [key for key in keys for lang in LANGUAGES if key not in catalogue(lang)] == []
