"""What became of an act, as JSON: the answer of every route that does something."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from api.acts.effects import Effect
from api.acts.performing import Outcome


class OutcomeTold(BaseModel):
    """What became of an act: done with a result, or waiting for a second person as the approval named."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["done", "awaiting-approval", "rejected", "withdrawn"]
    result: dict[str, Any]
    approval_id: int | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> OutcomeTold:
        """An outcome as JSON."""
        return cls(state=outcome.state, result=dict(outcome.result), approval_id=outcome.approval_id)


class EffectTold(BaseModel):
    """What an act would do: measures before and after, and postings; nothing of it was kept."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["rehearsed"] = "rehearsed"
    second_person: bool
    measures: list[dict[str, Any]]
    postings: list[dict[str, Any]]

    @classmethod
    def of(cls, effect: Effect, *, second_person: bool) -> EffectTold:
        """An effect as JSON."""
        return cls(second_person=second_person, **effect.values())
