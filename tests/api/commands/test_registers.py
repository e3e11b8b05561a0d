"""The command takes a register in as strictly as the installation is set."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from api.cli import app
from api.commands import context
from api.settings import BadSetting, Settings
from tests.lending.registers.test_acceptance import funded, issued
from tests.lending.registers.test_loan_rules import EXPANDING, small
from tests.lending.registers.workbooks import table, xlsx


@pytest.mark.parametrize(
    ("strictness", "broken", "share"),
    [("strict", False, False), ("standard", False, True), (None, False, True), ("lenient", True, True)],
)
def test_a_register_is_taken_in_as_set(
    here: Path, committed_engine: Engine, monkeypatch: pytest.MonkeyPatch, strictness: str | None, *, broken: bool,
    share: bool,
) -> None:  # fmt: skip
    """A sum over its cap and a share out of reach each stop a row, or are told, as the setting says."""
    if strictness:
        monkeypatch.setenv("NESIE_REGISTER_STRICTNESS", strictness)
        context.settings.cache_clear()
    with Session(committed_engine) as session, session.begin():
        funded(session)
    assert taken(here, issued(1, amount=6_500_000)) == broken
    with Session(committed_engine) as session, session.begin():
        small(session, "DF-8/2019")
    assert taken(here, issued(2, facility_number="DF-8/2019", **EXPANDING)) == share


def taken(here: Path, row: dict[str, object]) -> bool:
    """Whether ``nesie import --dry-run`` would accept a register of one row."""
    (here / "register.xlsx").write_bytes(xlsx(table("issued-loans", [row])))
    told = CliRunner().invoke(app, ["import", "register.xlsx", "--dry-run", "--format", "json"])
    return bool(json.loads(told.stdout)["accepted"])


def test_another_word_is_refused() -> None:
    """There are three settings, and no fourth."""
    with pytest.raises(BadSetting, match="NESIE_REGISTER_STRICTNESS"):
        Settings.from_environment({"NESIE_REGISTER_STRICTNESS": "loose"})
