"""What a serving process has at hand, made once at start-up and passed down: settings, engines, the clock.

Nothing of the server is global: an application is made for a `World`, and tests make worlds of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Engine

from api.remembering import Memory
from api.settings import Settings, today


@dataclass(frozen=True)
class World:
    """``engine`` sees nothing until a request says who looks; ``jobs`` sees everything; ``now`` is in UTC.

    ``standing_day`` is the business date of a demo, whose story has ended: it stands still while the clock goes on.
    """

    settings: Settings
    engine: Engine
    jobs: Engine
    now: Callable[[], datetime]
    standing_day: date | None = None
    memory: Memory = field(default_factory=Memory)

    def today(self) -> date:
        """The business date: of the demo, else today in Almaty."""
        return self.standing_day or today(self.now())
