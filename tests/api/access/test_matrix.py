"""The matrix admits whom it names and nobody else, and knows when it is incomplete."""

import pytest

from api.access.matrix import MatrixMismatch, matrix, read
from api.acts.registry import acts
from tests.api.people import person

SMALL = {
    "roles": {"clerk": ["mfo"], "chief": ["mfo"]},
    "sets": {"both": "clerk chief"},
    "routes": {"GET /": "public", "GET /home": "everyone", "GET /books": "both", "POST /lock": "chief"},
    "acts": {"books.lock": {"makers": "clerk", "checkers": "chief"}},
}


@pytest.mark.parametrize(
    ("route", "roles", "admitted"),
    [
        ("GET /", None, True),
        ("GET /home", None, False),
        ("GET /home", (), True),
        ("GET /books", ("clerk",), True),
        ("GET /books", (), False),
        ("POST /lock", ("clerk",), False),
        ("POST /lock", ("clerk", "chief"), True),
    ],
)
def test_who_is_admitted(route: str, roles: tuple[str, ...] | None, *, admitted: bool) -> None:
    """Public routes are open to all, everyone's to whoever is signed in, others to their roles."""
    actor = None if roles is None else person(1, *roles)
    assert read(SMALL).admits(actor, route) is admitted


def test_a_route_nobody_decided_about_stops_start_up() -> None:
    """Missing and stray lines are both named."""
    with pytest.raises(MatrixMismatch) as caught:
        read(SMALL).demand_complete(["GET /", "GET /home", "GET /books", "GET /new"], ["books.lock"])
    assert caught.value.missing == "GET /new"
    assert caught.value.stray == "POST /lock"


def test_a_role_that_does_not_exist_is_found() -> None:
    """A misspelt role is an error of the file, not a role nobody has."""
    with pytest.raises(MatrixMismatch, match="clark"):
        read(SMALL | {"routes": {"GET /": "clark"}})


def test_every_act_has_its_line() -> None:
    """The acts of the file are those of the registry, and every one has somebody who does it."""
    assert set(matrix().acts) == set(acts())
    assert all(hands.makers for hands in matrix().acts.values())


def test_no_role_makes_and_checks_the_same_act() -> None:
    """Whoever confirms an act has a role that does not begin it."""
    assert [name for name, hands in matrix().acts.items() if hands.makers & hands.checkers] == []
