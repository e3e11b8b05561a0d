"""Jobs run once for a moment, by one process, are caught up, and tell what became of them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.scheduler.jobs import JOBS, Bench, Job, Told
from api.scheduler.moments import Daily
from api.scheduler.running import run, started
from api.scheduler.tables import JobRunRow
from api.settings import ALMATY, Settings
from api.world import World
from ledger.unit_of_work import perform
from lending.chain.returns import owed
from tests.lending.chain.world import build

NOW = datetime(2022, 1, 14, 6, 0, tzinfo=UTC)
BEFORE = datetime(2019, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def bench(engine: Engine, now: datetime = NOW, url: str = "", home: Path = Path("/nowhere")) -> Bench:
    """What jobs work with when the clock stands at ``now``."""
    return Bench(World(Settings(home=home), engine, engine, lambda: now), url)


def job(work: Callable[[Bench], Told] = lambda _bench: {"sealed": 1}, name: str = "audit-sealing") -> Job:
    """A daily job that does ``work``."""
    return Job(name, Daily(time(2)), work)


def named(name: str) -> Job:
    """One of the real jobs."""
    return next(each for each in JOBS if each.name == name)


def runs(engine: Engine) -> list[tuple[str, str, Told]]:
    """The runs on record: job, outcome, what they told."""
    with Session(engine) as session:
        rows = session.scalars(select(JobRunRow).order_by(JobRunRow.id)).all()
        return [(row.job, row.outcome, row.told) for row in rows]


def test_two_schedulers_run_a_job_once(committed_engine: Engine) -> None:
    """Of processes that wake at the same moment one does the work, and nobody does it again."""
    done: list[int] = []

    def once(_bench: Bench) -> Told:
        done.append(1)
        return {"sealed": 1}

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: run(bench(committed_engine), job(once), BEFORE), range(8)))
    assert (len(done), outcomes.count("done"), outcomes.count(None)) == (1, 1, 7)


def test_while_one_works_nobody_else_does(committed_engine: Engine) -> None:
    """A job under way keeps its lock, also from a moment later."""
    begun, go_on = Event(), Event()

    def slow(_bench: Bench) -> Told:
        begun.set()
        go_on.wait(30)
        return {}

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run, bench(committed_engine), job(slow), BEFORE)
        begun.wait(30)
        assert run(bench(committed_engine, NOW + DAY), job(), BEFORE) is None
        go_on.set()
        assert first.result() == "done"


def test_what_was_missed_is_caught_up(committed_engine: Engine) -> None:
    """After days without a process the latest moment is run, once; a job that never ran missed nothing."""
    assert run(bench(committed_engine), job(), NOW) is None
    assert run(bench(committed_engine), job(), BEFORE) == "done"
    later = bench(committed_engine, NOW + 3 * DAY)
    assert run(later, job(), NOW + 3 * DAY) == "done"
    assert run(later, job(), NOW + 3 * DAY) is None
    assert len(runs(committed_engine)) == 2


def test_what_fails_is_told_and_stops_nothing(committed_engine: Engine) -> None:
    """A job that raises is on record with its error, and the next job and the next day go on."""

    def broken(_bench: Bench) -> Told:
        raise ZeroDivisionError

    assert run(bench(committed_engine), job(broken), BEFORE) == "failed"
    assert run(bench(committed_engine), job(name="backup"), BEFORE) == "done"
    assert run(bench(committed_engine, NOW + DAY), job(), BEFORE) == "done"
    assert runs(committed_engine)[0] == ("audit-sealing", "failed", {"error": "ZeroDivisionError"})


KILLED = """
import sys, time
from tests.api.scheduler.test_running import BEFORE, bench, job
from api.scheduler.running import run
from ledger.unit_of_work import make_engine
def work(bench):
    print("begun", flush=True)
    time.sleep(60)
run(bench(make_engine(sys.argv[1])), job(work), BEFORE)
"""


def test_a_killed_run_is_interrupted_and_tried_again(committed_engine: Engine, fresh_database: str) -> None:
    """A process killed in the middle leaves a run that the next one marks as interrupted and tries once more."""
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", KILLED, fresh_database], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            process.send_signal(signal.SIGKILL)
    assert run(bench(committed_engine), job(), BEFORE) is None
    assert [outcome for _, outcome, _ in runs(committed_engine)] == ["interrupted", "interrupted"]
    assert run(bench(committed_engine, NOW + DAY), job(), BEFORE) == "done"


def test_a_run_that_ended_is_not_changed(committed_engine: Engine) -> None:
    """The database lets a run end once."""
    run(bench(committed_engine), job(), BEFORE)
    with pytest.raises(DBAPIError, match="append"), Session(committed_engine) as session:
        session.execute(text("UPDATE job_run SET outcome = 'failed'"))


def test_a_scheduler_runs_its_jobs_at_once_and_ends(committed_engine: Engine) -> None:
    """What is due when a process begins is done without waiting for the next moment."""
    seen = Event()

    def seeing(_bench: Bench) -> Told:
        seen.set()
        return {}

    minute = replace(named("audit-sealing"), work=seeing)
    scheduler = started(bench(committed_engine), [minute])
    assert seen.wait(30)
    scheduler.shutdown()
    assert [outcome for _, outcome, _ in runs(committed_engine)] == ["done"]


@pytest.mark.parametrize(("second", "arisen"), [(-1, []), (1, [date(2021, 1, 1)])])
def test_windows_close_at_midnight_in_almaty(committed_engine: Engine, second: int, arisen: list[date]) -> None:
    """A second before midnight money may still be lent; a second after it is owed back, from the first of the year."""

    def lent_and_back(session: Session) -> None:
        world = build(session)
        world.draw_all("100", date(2019, 2, 1))
        world.lend(1, "100", date(2019, 2, 1))
        world.repay(1, "100", date(2019, 5, 1))

    perform(committed_engine, lent_and_back)
    midnight = datetime(2021, 1, 1, tzinfo=ALMATY)
    run(bench(committed_engine, midnight + timedelta(seconds=second)), replace(
        named("window-expiry"), moments=named("audit-sealing").moments), BEFORE)  # fmt: skip
    with Session(committed_engine) as session:
        assert [each.arisen_on for each in owed(session)] == arisen


def test_backups_are_rotated(committed_engine: Engine, fresh_database: str, tmp_path: Path) -> None:
    """Each night leaves a backup, and no more than are kept."""
    for day in range(3):
        settings = Settings(home=tmp_path, backups_kept=2)
        at = replace(bench(committed_engine, NOW + day * DAY).world, settings=settings)
        of_day = Bench(at, fresh_database)
        assert run(of_day, named("backup"), BEFORE) == "done"
    files = sorted(file.name for file in (tmp_path / "backups").iterdir())
    assert files == ["nesie-2022-01-15.backup", "nesie-2022-01-16.backup"]


def test_the_real_jobs_run_on_empty_books(committed_engine: Engine, fresh_database: str, tmp_path: Path) -> None:
    """Every job does its work where there is nothing to do."""
    where = bench(committed_engine, url=fresh_database, home=tmp_path)
    assert [run(where, each, BEFORE) for each in JOBS] == ["done"] * len(JOBS)
