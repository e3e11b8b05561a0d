"""What is written of every act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.access.actors import Actor


def record(
    session: Session, actor: Actor, *, act: str, about: str, request: Mapping[str, Any],
    measures: Sequence[Mapping[str, Any]] = (), request_id: str = "",
) -> None:  # fmt: skip
    """Write that ``actor`` did ``act`` to ``about``."""
