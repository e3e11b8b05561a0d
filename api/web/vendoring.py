"""The files browsers are served that others made: which they are, and whether they are the ones we mean.

``vendor.lock`` names each with its package, its licence and its SHA-256. `install` copies them out of npm's packages
and refuses any other bytes; setting up calls it as ``python -m api.web.vendoring``. Nothing is fetched here.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from ledger.errors import Broken

ROOM = Path(__file__).parent
PACKAGES = ROOM.parents[1] / "node_modules"
VENDOR = ROOM / "static" / "vendor"


@dataclass(eq=False, kw_only=True)
class VendoredFileMissing(Broken):
    """A file that pages need is not where it should be, or is another one."""

    code = "vendored-file-missing"
    sentence = "{file} is missing or is not the file that api/web/vendor.lock means. Run .ci/setup.sh run."
    file: str


@dataclass(frozen=True, slots=True)
class Vendored:
    """One file of others: its ``name`` in static/vendor, its ``source`` among npm's packages."""

    name: str
    source: str
    package: str
    licence: str
    sha256: str

    def is_at(self, path: Path) -> bool:
        """Whether exactly this file is at ``path``."""
        return path.is_file() and sha256(path.read_bytes()).hexdigest() == self.sha256


@cache
def vendored() -> tuple[Vendored, ...]:
    """Every file that ``vendor.lock`` names."""
    return tuple(Vendored(**each) for each in tomllib.loads((ROOM / "vendor.lock").read_text("utf-8"))["file"])


def demand_installed() -> None:
    """Refuse to serve pages without their files.

    Raises:
        VendoredFileMissing: one is not there, or is another one.
    """
    for each in vendored():
        if not each.is_at(VENDOR / each.name):
            raise VendoredFileMissing(file=each.name)


def install() -> None:
    """Copy every file out of npm's packages.

    Raises:
        VendoredFileMissing: npm brought something else than was locked.
    """
    VENDOR.mkdir(exist_ok=True)
    for each in vendored():
        source = PACKAGES / each.source
        if not each.is_at(source):
            raise VendoredFileMissing(file=str(source))
        (VENDOR / each.name).write_bytes(source.read_bytes())


if __name__ == "__main__":
    try:
        demand_installed() if "--check" in sys.argv else install()
    except VendoredFileMissing as error:
        sys.exit(str(error))
