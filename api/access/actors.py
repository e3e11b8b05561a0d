"""Who acts: a person of an organisation through a channel, or the system itself.

An actor is a value that travels from the edge to whatever asks who is there. How the person proved to be who they
are belongs to `api.identity`; what the roles allow stands in ``matrix.toml``; what the organisation sees is
`api.access.sight`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Channel = Literal["web", "api", "cli", "register", "scheduler"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work. ``organisation_id`` None is the system, which sees everything.

    ``confirmed_at`` is when the person last gave a one-time code in this session; acts that pay out or grant roles
    ask for a recent one. ``sees_all``: the person's organisation oversees the programmes (the ministry).
    """

    user_id: int
    login: str
    name: str
    organisation_id: int | None
    organisation_kind: str
    roles: frozenset[str]
    channel: Channel
    confirmed_at: datetime | None = None
    sees_all: bool = False

    @property
    def signature(self) -> str:
        """How rows that only keep a text name whoever made them: ``web:aigerim@…``."""
        return f"{self.channel}:{self.login}"


def system(channel: Channel, login: str) -> Actor:
    """The system itself at work on somebody's word: a command at the terminal, a scheduled job."""
    return Actor(0, login, login, None, "", frozenset(), channel, sees_all=True)
