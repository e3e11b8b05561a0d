"""The schema is brought up to date when it is not, and left alone when it is."""

from pathlib import Path
from threading import Timer
from time import monotonic

from alembic.script import ScriptDirectory

from api.database import _let_it_stop, alembic_config, newest_revision


def test_the_newest_revision_is_told_by_its_name() -> None:
    """What a start compares the schema with is the last of the migrations."""
    assert newest_revision() == ScriptDirectory.from_config(alembic_config("")).get_current_head()


def test_a_server_on_its_way_down_is_waited_for(tmp_path: Path) -> None:
    """A command right after another waits until the server of the other is gone, and no longer than it has patience."""
    pid = tmp_path / "postmaster.pid"
    pid.write_text("17\n/data\n1\n5432\n\n\n 1 1\nstopping\n")
    started = monotonic()
    _let_it_stop(tmp_path, patience=0.1)
    Timer(0.2, pid.unlink).start()
    _let_it_stop(tmp_path)
    assert 0.25 < monotonic() - started < 5
    assert not pid.exists()
