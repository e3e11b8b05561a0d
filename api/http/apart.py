"""Work on what could take the server along, done in a process of its own with an end to its time and its memory.

A document of ten thousand rows and a workbook made to swell are alike: nobody knows what they take before it is taken.
The process is forked from one that has imported what such work needs and nothing of the server's; it is killed when
it takes too long, and the kernel stops it when it takes too much. What it refuses comes back as it was raised.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

from ledger.errors import NesieError

T = TypeVar("T")

#: What the process that forks has imported.
IMPORTED = ("reports.documents", "reports.workbooks", "lending.registers.marking", __name__)
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(list(IMPORTED))


def apart(work: Callable[..., T], *given: Any, seconds: int, memory: int, refusal: NesieError) -> T:
    """What ``work`` makes of ``given`` in a process of ``memory`` bytes that ends after ``seconds``.

    ``work`` is a function of a module; what it is given and what it makes travel between processes.

    Raises:
        NesieError: ``refusal``, when the process was stopped or fell; else whatever the work refuses.
    """
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_do, args=(theirs, seconds, memory, work, given))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise refusal
        made = ours.recv()
    except EOFError:
        raise refusal from None
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(made, Exception):
        raise refusal if isinstance(made, MemoryError) else made
    return cast("T", made)


def _do(to: Connection, seconds: int, memory: int, work: Callable[..., object], given: tuple[Any, ...]) -> None:
    """Do the work in this process and send what it made, or the error it ended in; children inherit the limits."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        made = work(*given)
    except (NesieError, MemoryError) as error:
        made = error
    except Exception as error:
        made = RuntimeError(repr(error))
    to.send(made)
    to.close()
