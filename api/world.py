"""What a serving process has at hand, made once at start-up and passed down: settings, engines, the clock.

Nothing of the server is global: an application is made for a `World`, and tests make worlds of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from api.settings import Settings, today


@dataclass(frozen=True)
class World:
    """``engine`` sees nothing until a request says who looks; ``jobs`` sees everything; ``now`` is in UTC."""

    settings: Settings
    engine: Engine
    jobs: Engine
    now: Callable[[], datetime]

    def today(self) -> date:
        """The business date in Almaty."""
        return today(self.now())
