"""What is installed is what was locked: every package by its digest, and none older than is known to be safe.

Whether a locked version has become known to be unsafe takes a look at the network (``pip-audit``) and is not asked
here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([\w.-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)
NAMED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
#: The first versions without what is known against the ones before: WeasyPrint 70 refuses what its fetcher refuses.
OLDEST = {"weasyprint": (70, 0)}


def pinned(text: str) -> dict[str, str]:
    """Packages of a lock with their versions, where digests follow."""
    return {name: version for name, version, _ in PINNED.findall(text)}


def too_old(text: str) -> list[str]:
    """Packages of a lock that are older than they may be."""
    found = pinned(text)
    return [name for name, oldest in OLDEST.items() if tuple(int(part) for part in found[name].split(".")[:2]) < oldest]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_its_digest(lock: str) -> None:
    """No line names a package without the digests of its files."""
    text = Path(lock).read_text("utf-8")
    assert set(NAMED.findall(text)) == set(pinned(text))
    assert len(pinned(text)) > 30


def test_no_package_is_older_than_it_may_be() -> None:
    """What is installed has the mended versions, and an older WeasyPrint would be found."""
    text = Path("requirements.lock").read_text("utf-8")
    assert too_old(text) == []
    assert too_old(re.sub(r"(?m)^weasyprint==\S+", "weasyprint==69.1", text)) == ["weasyprint"]
