"""Whatever a command of the terminal writes is in the audit, sealed."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from api.audit.sealing import oldest_unsealed
from api.audit.tables import AuditEventRow
from api.cli import COMMANDS, app
from ledger.unit_of_work import make_engine
from tests.api.commands.conftest import CACHED
from tests.lending.registers.workbooks import good, table, text_table

#: Commands that write no books, and why nothing is recorded of them.
SILENT = {
    "demo": "its database is a toy, made anew each time",
    "migrate": "brings the schema up to date, the audit's own tables among it",
    "schedule": "reads no database", "check": "reads no database", "report": "reads", "trace": "reads",
    "verify": "reads", "backup": "reads", "serve": "whoever is served is recorded by the act",
}  # fmt: skip
AUDITED = ("import", "close", "restore", "user")


def events(engine: Engine) -> list[tuple[str, str, str, str]]:
    """Who did what to what, and how it ended."""
    with Session(engine) as session:
        assert oldest_unsealed(session) is None
        rows = session.scalars(select(AuditEventRow).order_by(AuditEventRow.id))
        return [(each.login, each.act, each.about.partition(":")[0], each.outcome) for each in rows]


def test_every_command_is_audited_or_writes_nothing() -> None:
    """A command that is new has to say which it is."""
    assert {*SILENT, *AUDITED} == COMMANDS.keys()


def test_a_close_is_audited(here: Path, committed_engine: Engine) -> None:
    """Closing a month leaves an event; finding it closed leaves none."""
    for _ in range(2):
        assert CliRunner().invoke(app, ["close", "2021-01"]).exit_code == 0
    assert events(committed_engine) == [(getpass.getuser(), "close", "close", "done")]


@pytest.mark.parametrize(("rehearsal", "told"), [([], 1), (["--dry-run"], 0)])
def test_an_import_is_audited(here: Path, committed_engine: Engine, rehearsal: list[str], told: int) -> None:
    """A register taken in leaves an event in its own transaction, a rehearsal none."""
    (here / "training.csv").write_bytes(text_table(table("training", [good("training")])))
    done = CliRunner().invoke(app, ["import", "training.csv", "--lender", "mfo-1", *rehearsal])
    assert done.exit_code == 0, done.output
    assert events(committed_engine) == [(getpass.getuser(), "import", "register", "done")] * told


def test_a_restoration_is_audited(
    here: Path, empty_database: str, monkeypatch: pytest.MonkeyPatch, committed_engine: Engine
) -> None:
    """The restored database tells of its restoration; the one that was saved does not."""
    assert CliRunner().invoke(app, ["backup", "nesie.backup"]).exit_code == 0
    monkeypatch.setenv("NESIE_DATABASE_URL", empty_database)
    for each in CACHED:
        each.cache_clear()
    assert CliRunner().invoke(app, ["restore", "nesie.backup"]).exit_code == 0
    restored = make_engine(empty_database)
    assert events(restored) == [(getpass.getuser(), "restore", "", "done")]
    restored.dispose()
    assert events(committed_engine) == []


def test_what_is_done_to_people_is_audited(here: Path, committed_engine: Engine) -> None:
    """Adding a person, changing roles and shutting somebody out leave an event each."""
    for words in (
        ["add", "a@acc.kz", "--organisation", "acc", "--role", "administrator"],
        ["roles", "a@acc.kz", "--role", "auditor"],
        ["disable", "a@acc.kz"],
    ):
        done = CliRunner().invoke(app, ["user", *words])
        assert done.exit_code == 0, done.output
    acts = [act for _, act, about, _ in events(committed_engine) if about == "person"]
    assert acts == ["people.add", "people.set-roles", "people.set-access"]
