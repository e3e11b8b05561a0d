"""The matrix of roles, routes and acts: ``matrix.toml`` read once, and what follows from it.

Deny by default: a route or an act the file does not name stops start-up, and so does a line that names nothing.
Whether a person may see or touch one particular row is not decided here but by `api.access.sight` and by the act.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from api.access.actors import Actor
from ledger.errors import Broken, Refused

PUBLIC = "public"
EVERYONE = "everyone"


@dataclass(eq=False, kw_only=True)
class MatrixMismatch(Broken):
    """The matrix and the application do not name the same routes and acts."""

    code = "matrix-mismatch"
    sentence = "api/access/matrix.toml lacks: {missing}. It names what does not exist: {stray}."
    missing: str
    stray: str


@dataclass(eq=False, kw_only=True)
class Forbidden(Refused):
    """A person asked for what none of their roles allows."""

    code = "forbidden"
    sentence = (
        "{act} takes one of the roles {roles}; you have {found}. Ask a colleague, or an administrator for the role."
    )
    http_status = 403
    act: str
    roles: str
    found: str


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose roles may do an act (makers) and confirm it as the second person (checkers)."""

    makers: frozenset[str]
    checkers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Matrix:
    """``roles``: kinds of organisation whose people may have each; ``routes``: roles by "METHOD /path"."""

    roles: Mapping[str, frozenset[str]]
    routes: Mapping[str, frozenset[str]]
    acts: Mapping[str, Hands]

    def admits(self, actor: Actor | None, route: str) -> bool:
        """Whether ``actor`` may ask for ``route`` ("GET /loans"); None is somebody who has not signed in."""
        allowed = self.routes[route]
        if PUBLIC in allowed:
            return True
        return actor is not None and (EVERYONE in allowed or bool(allowed & actor.roles))

    def may_make(self, actor: Actor, act: str) -> bool:
        """Whether ``actor`` may do ``act``, or ask for it where it takes a second person."""
        return bool(self.acts[act].makers & actor.roles)

    def may_check(self, actor: Actor, act: str) -> bool:
        """Whether ``actor`` may confirm ``act`` as the second person."""
        return bool(self.acts[act].checkers & actor.roles)

    def demand_maker(self, actor: Actor, act: str) -> None:
        """Refuse an actor who may not do ``act``.

        Raises:
            Forbidden.
        """
        if not self.may_make(actor, act):
            raise Forbidden(act=act, roles=_listed(self.acts[act].makers), found=_listed(actor.roles))

    def demand_checker(self, actor: Actor, act: str) -> None:
        """Refuse an actor who may not confirm ``act``.

        Raises:
            Forbidden.
        """
        if not self.may_check(actor, act):
            raise Forbidden(act=act, roles=_listed(self.acts[act].checkers), found=_listed(actor.roles))

    def demand_complete(self, routes: Collection[str], acts: Collection[str]) -> None:
        """Refuse to start with routes or acts that nobody has decided about.

        Raises:
            MatrixMismatch.
        """
        here, there = {*routes, *acts}, {*self.routes, *self.acts}
        if here != there:
            raise MatrixMismatch(missing=_listed(here - there), stray=_listed(there - here))


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "—"


@cache
def matrix() -> Matrix:
    """The matrix as the file has it."""
    return read(tomllib.loads(files("api.access").joinpath("matrix.toml").read_text(encoding="utf-8")))


def read(document: Mapping[str, Any]) -> Matrix:
    """A matrix out of the parsed file; sets of roles are replaced by their members.

    Raises:
        MatrixMismatch: a line names a role or a set that does not exist.
    """
    roles = {role: frozenset(kinds) for role, kinds in document["roles"].items()}
    sets = {name: _members(words, roles, {}) for name, words in document["sets"].items()}
    routes = {route: _members(words, roles, sets) for route, words in document["routes"].items()}
    acts = {
        act: Hands(_members(hands["makers"], roles, sets), _members(hands.get("checkers", ""), roles, sets))
        for act, hands in document["acts"].items()
    }
    return Matrix(roles, routes, acts)


def _members(words: str, roles: Collection[str], sets: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for word in words.split():
        if word in sets:
            found |= sets[word]
        elif word in roles or word in (PUBLIC, EVERYONE):
            found.add(word)
        else:
            raise MatrixMismatch(missing=word, stray=words)
    return frozenset(found)
