"""Events of the audit: what stands in them, and what never does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.access.actors import Actor, system
from api.access.sight import see_as
from api.audit.records import MASK, masked, record
from api.audit.tables import AuditEventRow
from ledger.unit_of_work import Command, carry_out
from tests.ledger.samples import book


def test_an_event_tells_who_did_what(session: Session) -> None:
    """Actor, act, object, request and what it changed are kept as they were given."""
    mfo = book(session, "mfo-1", "mfo")
    aigerim = Actor(7, "aigerim", "Aigerim", mfo, "mfo", frozenset(), "web")
    event_id = record(
        session, aigerim, act="repay", about="loan:17", request={"on": date(2021, 3, 1), "iin": "900101300017"},
        measures=[{"key": "principal", "before": Decimal("10.50"), "after": 0}], request_id="r-1",
    )  # fmt: skip
    row = session.get_one(AuditEventRow, event_id)
    assert (row.actor_id, row.login, row.organisation_id, row.channel) == (7, "aigerim", mfo, "web")
    assert (row.act, row.about, row.outcome, row.request_id) == ("repay", "loan:17", "done", "r-1")
    assert row.request == {"on": "2021-03-01", "iin": "900101300017"}
    assert row.measures == [{"key": "principal", "before": "10.50", "after": 0}]


def test_an_event_names_its_command(session: Session) -> None:
    """An event within a command bears the command's id."""
    command = Command("key", "repay", {}, "web:aigerim", "web")
    answer = carry_out(session, command, lambda inner: {"event": record(inner, system("cli", "x"), act="repay")})
    assert session.get_one(AuditEventRow, answer["event"]).command_id is not None


@pytest.mark.parametrize(
    "key", ["password", "new_password", "code", "one_time_code", "recovery_codes", "access_token", "Cookie", "totp"]
)
def test_secrets_are_masked(key: str) -> None:
    """A secret is masked by its name, however deep it is."""
    assert masked({"forms": [{key: "x"}]}) == {"forms": [{key: MASK}]}


@pytest.mark.parametrize("key", ["iin", "organisation_code", "passport", "number"])
def test_the_rest_is_kept(key: str) -> None:
    """What is no secret is kept: an audit that hides whom it is about proves nothing."""
    assert masked({key: "x"}) == {key: "x"}


def test_only_the_system_records(session: Session) -> None:
    """An organisation's sight cannot write an event, of its own or of another."""
    aigerim = Actor(7, "aigerim", "Aigerim", book(session, "mfo-1", "mfo"), "mfo", frozenset(), "web")
    see_as(session, aigerim)
    with pytest.raises(DBAPIError, match="row-level security"):
        record(session, aigerim, act="repay")
