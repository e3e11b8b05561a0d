"""A database with a small programme for the commands to find, and settings read anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.commands import context
from tests.reports.books import programme

CACHED = (context.settings, context.database_url, context.application_url, context.engine)


@pytest.fixture
def here(
    fresh_database: str, committed_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """An empty folder to work in, and a database with the programme for the commands to find."""
    with Session(committed_engine) as session, session.begin():
        programme(session)
    monkeypatch.setenv("NESIE_DATABASE_URL", fresh_database)
    monkeypatch.chdir(tmp_path)
    for each in CACHED:
        each.cache_clear()
    yield tmp_path
    context.engine().dispose()
    for each in CACHED:
        each.cache_clear()
