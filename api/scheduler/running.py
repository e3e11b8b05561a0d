"""Running a job: once for each moment it is due at, by one process of several, with its outcome on record.

Whoever runs a job holds a lock of the database for as long; a run without that lock has been interrupted, for the
server frees the locks of whoever is gone. A moment that was missed is caught up as long as no later one is due; a job
that never ran has missed nothing. What fails is told and stops nothing else.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.http.logs import LOGGER
from api.scheduler.jobs import JOBS, Bench, ChecksBroken, Job, Told
from api.scheduler.tables import JobRunRow
from api.settings import ALMATY
from ledger.errors import NesieError
from ledger.unit_of_work import perform

#: How long runs are kept.
KEPT = timedelta(30)
#: Times a moment is tried when runs are interrupted: a job that takes its process along is not tried for ever.
TRIES = 2
#: Jobs that run at the same time in one process.
AT_ONCE = 2


def started(bench: Bench, jobs: Sequence[Job] = JOBS) -> BackgroundScheduler:
    """A scheduler at work on ``jobs``: each is looked at now, for what was missed, and at its moments."""
    since = bench.world.now()
    scheduler = BackgroundScheduler(timezone=ALMATY, executors={"default": ThreadPoolExecutor(AT_ONCE)})
    for job in jobs:
        scheduler.add_job(
            run, job.moments.trigger(), (bench, job, since), id=job.name, next_run_time=datetime.now(ALMATY),
            coalesce=True, misfire_grace_time=None,
        )  # fmt: skip
    scheduler.start()
    return scheduler


def run(bench: Bench, job: Job, since: datetime) -> str | None:
    """Run ``job`` for the moment it is due at and return the outcome; None when there is nothing to do.

    ``since`` is when this process began: a job that never ran is not due for moments before.
    """
    with _alone(bench.world.jobs, job) as alone:
        if not alone:
            return None
        due_at = job.moments.latest(bench.world.now())
        run_id = perform(bench.world.jobs, lambda session: _begun(session, job, due_at, since))
        if run_id is None:
            return None
        outcome, told = _outcome(bench, job)
        perform(bench.world.jobs, lambda session: _ended(session, job, run_id, outcome, told, bench.world.now()))
        return outcome


def _outcome(bench: Bench, job: Job) -> tuple[str, Told]:
    try:
        return "done", job.work(bench)
    except ChecksBroken as error:
        LOGGER.error("job failed", exc_info=error, extra={"fields": {"job": job.name}})
        return "failed", {"error": error.code, "checks": error.checks}
    except Exception as error:
        LOGGER.error("job failed", exc_info=error, extra={"fields": {"job": job.name}})
        return "failed", {"error": error.code if isinstance(error, NesieError) else type(error).__name__}


@contextmanager
def _alone(engine: Engine, job: Job) -> Iterator[bool]:
    """Whether nobody else runs ``job`` while this lasts."""
    key = {"key": f"job:{job.name}"}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))"), key))
        try:
            yield alone
        finally:
            if alone:
                connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)


def _begun(session: Session, job: Job, due_at: datetime, since: datetime) -> int | None:
    """The id of a new run, unless there is none to make for that moment; runs whose process is gone are over."""
    of_job = JobRunRow.job == job.name
    lost = update(JobRunRow).where(of_job, JobRunRow.outcome == "running")
    session.execute(lost.values(outcome="interrupted", ended_at=func.clock_timestamp()))
    ran = session.scalar(select(func.max(JobRunRow.due_at)).where(of_job, JobRunRow.outcome != "interrupted"))
    tries = session.scalar(select(func.count()).where(of_job, JobRunRow.due_at == due_at)) or 0
    if tries >= TRIES or (ran is not None and ran >= due_at) or (ran is None and not tries and due_at < since):
        return None
    new = insert(JobRunRow).values(
        job=job.name, due_at=due_at, runner=f"{socket.gethostname()}:{os.getpid()}", outcome="running", told={}
    )
    return session.scalar(new.returning(JobRunRow.id))


def _ended(session: Session, job: Job, run_id: int, outcome: str, told: Told, now: datetime) -> None:
    done = update(JobRunRow).where(JobRunRow.id == run_id)
    session.execute(done.values(outcome=outcome, told=dict(told), ended_at=func.clock_timestamp()))
    session.execute(delete(JobRunRow).where(JobRunRow.job == job.name, JobRunRow.due_at < now - KEPT))
