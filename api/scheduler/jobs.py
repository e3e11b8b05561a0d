"""The jobs there are. Each calls what the command line calls, in transactions of its own, and tells counts.

Nothing here decides what is owed or when: months are closed by people, and what only a close does is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from api.access.actors import system
from api.audit.records import record
from api.audit.sealing import seal
from api.backups import backup
from api.scheduler.moments import Daily, EveryMinute, Moments
from api.verification import CHECKS
from api.world import World
from ledger.errors import Broken
from ledger.unit_of_work import perform
from ledger.verification import verify
from lending.chain.payments import dues
from lending.chain.returns import expire, owed

#: Days ahead of which what falls due is told.
AHEAD = timedelta(7)

Told = Mapping[str, int | str]


@dataclass(eq=False, kw_only=True)
class ChecksBroken(Broken):
    """The nightly verification found what does not add up."""

    code = "checks-broken"
    sentence = "These checks do not hold: {checks}. Run nesie verify for the places."
    checks: str


@dataclass(frozen=True, slots=True)
class Bench:
    """What jobs work with: the world, and the address that may read the whole database, for backups."""

    world: World
    database_url: str


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at its moments; ``work`` tells what it did, as counts by name."""

    name: str
    moments: Moments
    work: Callable[[Bench], Told]


def _seal(bench: Bench) -> Told:
    return {"sealed": perform(bench.world.jobs, seal)}


def _expire(bench: Bench) -> Told:
    """Money whose time ran out becomes owed to the budget; the close would do the same at the month's end."""
    on, me = bench.world.today(), system("scheduler", "window-expiry")

    def work(session: Session) -> int:
        returns = expire(session, on)
        if returns:
            record(session, me, act="expire-windows", request={"on": on, "returns": returns})
        return len(returns)

    return {"returns": perform(bench.world.jobs, work)}


def _tell_due(bench: Bench) -> Told:
    on = bench.world.today()
    with Session(bench.world.jobs) as session:
        ahead = dues(session, on + AHEAD)
        returns = owed(session, on)
    return {
        "facilities-due": sum(1 for each in ahead.values() if each.principal or each.interest),
        "returns-due": sum(1 for each in returns if on <= each.due_on <= on + AHEAD),
        "returns-late": sum(1 for each in returns if each.due_on < on),
    }


def _verify(bench: Bench) -> Told:
    with Session(bench.world.jobs) as session:
        broken = [check.name for check, found in verify(session, CHECKS) if found]
    if broken:
        raise ChecksBroken(checks=", ".join(broken))
    return {"checks": len(CHECKS)}


def _back_up(bench: Bench) -> Told:
    """A backup of the day; the oldest beyond those kept are removed once the new one is whole."""
    settings = bench.world.settings
    folder = settings.backup_folder or settings.home / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"nesie-{bench.world.now():%Y-%m-%d}.backup"
    backup(bench.database_url, file)
    outdated = _backups(folder)[settings.backups_kept :]
    for each in outdated:
        each.unlink()
    return {"bytes": file.stat().st_size, "removed": len(outdated)}


def _backups(folder: Path) -> list[Path]:
    """The nightly backups in ``folder``, the newest first."""
    return sorted(folder.glob("nesie-????-??-??.backup"), reverse=True)


JOBS: tuple[Job, ...] = (
    Job("audit-sealing", EveryMinute(), _seal),
    Job("window-expiry", Daily(time(0, 30)), _expire),
    Job("due-told", Daily(time(6, 0)), _tell_due),
    Job("backup", Daily(time(2, 0)), _back_up),
    Job("verification", Daily(time(3, 0)), _verify),
)
