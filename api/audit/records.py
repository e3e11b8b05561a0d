"""Writing down who did what: one event for every act, in the transaction of the act.

Secrets never reach the row. Numbers of people (IIN) stay: who may read the event is decided by `api.access.sight`.
An act that is refused leaves nothing behind, its event included; whoever wants the refusal recorded does so in a
transaction of its own, with the outcome.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.audit.tables import AuditEventRow

Outcome = Literal["done", "refused", "failed"]

MASK = "•••"
#: Names of secrets, as whole words of a key: ``new_password`` is one, ``passport`` is not. A bare ``code`` is a
#: one-time code, a ``facility_code`` is not.
SECRET = re.compile(
    r"(^|[_-])(password|passphrase|secret|token|otp|totp|pin|cookie|authorization)([_-]|$)|^code$"
    r"|^(one_time|recovery|backup)_codes?$",
    re.IGNORECASE,
)


def record(
    session: Session,
    actor: Actor,
    *,
    act: str,
    about: str = "",
    request: Mapping[str, Any] | None = None,
    measures: Sequence[Mapping[str, Any]] = (),
    outcome: Outcome = "done",
    request_id: str = "",
) -> int:
    """Record that ``actor`` did ``act`` to ``about`` (a reference such as ``loan:17``), and return the event's id.

    ``measures`` tell what the act changed, each a key, the value before and the value after. The session must see
    everything, as the session of an act does once its object has been found.
    """
    event = AuditEventRow(
        actor_id=actor.user_id, login=actor.login, organisation_id=actor.organisation_id, channel=actor.channel,
        act=act, about=about, request=_plain(masked(request or {})), measures=_plain(list(measures)),
        outcome=outcome, command_id=session.info.get("command_id"), request_id=request_id,
    )  # fmt: skip
    session.add(event)
    session.flush()
    return event.id


def masked(value: Any) -> Any:
    """A request without its secrets, however deep they are."""
    if isinstance(value, Mapping):
        return {key: MASK if SECRET.search(str(key)) else masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each) for each in value]
    return value


def _plain(value: Any) -> Any:
    """JSON values: dates, money and the like as text."""
    return json.loads(json.dumps(value, default=str))
