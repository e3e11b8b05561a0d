"""Peak memory of the PostgreSQL processes of this machine while something runs, from ``/proc``.

Proportional set sizes: what several processes share is counted once. Sampled, so a short peak may be missed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EVERY_SECONDS = 0.2


@dataclass
class Peak:
    """The largest sum seen, in MiB."""

    mib: float = 0.0


@contextmanager
def peak_of_server() -> Iterator[Peak]:
    """Watch all processes called ``postgres`` until the block ends."""
    peak, stop = Peak(), threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY_SECONDS):
            peak.mib = max(peak.mib, _postgres_kib() / 1024)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def _postgres_kib() -> int:
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "postgres":
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:  # it ended, or belongs to somebody else
            continue
    return total
