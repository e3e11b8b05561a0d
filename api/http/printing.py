"""Documents are made in processes of their own, with an end to their time and their memory.

WeasyPrint lays out whole documents in memory: ten thousand rows could take the server with them. Each document gets a
process, forked from one that has imported what it takes and nothing of the server's; it is killed when it takes too
long, and the kernel stops it when it takes too much. It opens no address: the fetcher of `reports.documents` denies
all. One document more than there are processors waits for its turn.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import BoundedSemaphore

from api.http.refusals import DocumentTooLarge
from api.settings import Settings
from ledger.errors import NesieError
from reports.rendering import Format, render
from reports.report import Report
from reports.words import Lang

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["reports.documents", "reports.workbooks", __name__])
_MEGABYTE = 1_000_000

Write = Callable[[Report, Format, Lang], bytes]


@dataclass(frozen=True, slots=True)
class Printing:
    """The making of documents under the limits of ``settings``; a few at a time."""

    settings: Settings
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(os.cpu_count() or 1))

    def render_document(self, report: Report, format: Format, lang: Lang, write: Write = render) -> bytes:  # noqa: A002
        """``report`` as a file, as `reports.rendering.render` makes it.

        Raises:
            DocumentTooLarge: the process was stopped, or there was no turn for it in that time.
            NesieError: whatever the making refuses.
        """
        seconds, memory = self.settings.document_seconds, self.settings.document_memory
        refusal = DocumentTooLarge(seconds=seconds, memory=memory // _MEGABYTE)
        if not self.turns.acquire(timeout=seconds):
            raise refusal
        ours, theirs = _FORKS.Pipe(duplex=False)
        process = _FORKS.Process(target=_write, args=(theirs, memory, write, report, format, lang), daemon=True)
        process.start()
        theirs.close()
        try:
            if not ours.poll(seconds):
                raise refusal
            made: bytes | Exception = ours.recv()
        except EOFError:
            raise refusal from None
        finally:
            process.kill()
            process.join()
            ours.close()
            self.turns.release()
        if isinstance(made, Exception):
            raise refusal if isinstance(made, MemoryError) else made
        return made


def _write(
    to: Connection,
    memory: int,
    write: Write,
    report: Report,
    format: Format,  # noqa: A002
    lang: Lang,
) -> None:
    """Make the document in this process and send it, or the error it ended in."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    try:
        made: bytes | Exception = write(report, format, lang)
    except (NesieError, MemoryError) as error:
        made = error
    except Exception as error:
        made = RuntimeError(repr(error))
    to.send(made)
    to.close()
