"""People are added from the terminal by a link that is good once."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from api.cli import app
from api.commands import context, user
from api.identity.invitations import SpentInvitation, accept
from api.identity.people import UnknownRole
from tests.api.identity.staff import HOME, NOW, PASSWORD, QUICK, employ


@pytest.fixture
def terminal(committed_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A terminal whose commands work on a database of the test's own."""
    monkeypatch.setattr(user, "engine", lambda: committed_engine)
    monkeypatch.setattr(context, "engine", lambda: committed_engine)
    monkeypatch.setattr(context.console, "width", 200)
    return CliRunner()


def test_the_first_administrator_comes_from_the_terminal(terminal: CliRunner, committed_engine: Engine) -> None:
    """A fresh installation has nobody; the printed link makes a password once, and the second use is refused."""
    assert json.loads(terminal.invoke(app, ["user", "list", "--format", "json"]).output) == []
    employ(committed_engine, "somebody")
    added = terminal.invoke(app, ["user", "add", "chief", "--organisation", "mfo-1", "--role", "administrator"])
    token = re.search(r"token=([\w-]{43})", added.output)
    assert token, added.output
    assert accept(committed_engine, token[1], PASSWORD, HOME, NOW, hasher=QUICK).next == "enrolment"
    with pytest.raises(SpentInvitation):
        accept(committed_engine, token[1], PASSWORD, HOME, NOW, hasher=QUICK)


def test_what_is_listed_is_what_was_done(terminal: CliRunner, committed_engine: Engine) -> None:
    """Roles and access are changed by one command each; a role of another kind of organisation is refused."""
    employ(committed_engine, "clerk")
    terminal.invoke(app, ["user", "roles", "clerk", "--role", "lender-officer"])
    terminal.invoke(app, ["user", "disable", "clerk"])
    (listed,) = json.loads(terminal.invoke(app, ["user", "list", "--format", "json"]).output)
    assert (listed["roles"], listed["state"]) == (["lender-officer"], "disabled")
    refused = terminal.invoke(app, ["user", "roles", "clerk", "--role", "operator-officer"])
    assert isinstance(refused.exception, UnknownRole)


def test_a_token_is_printed_once(terminal: CliRunner, committed_engine: Engine) -> None:
    """With the person's roles only."""
    employ(committed_engine, "clerk", roles=["auditor"])
    made = terminal.invoke(app, ["user", "token", "clerk", "--name", "export", "--role", "auditor"])
    assert re.search(r"nesie_[\w-]{43}", made.output)
