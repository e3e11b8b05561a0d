"""Documents are made in processes of their own, with an end to their time and their memory: see `api.http.apart`.

WeasyPrint lays out whole documents in memory: ten thousand rows could take the server with them. It opens no address:
the fetcher of `reports.documents` denies all. One document more than there are processors waits for its turn.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from api.http.apart import apart
from api.http.refusals import DocumentTooLarge
from api.settings import Settings
from reports.rendering import Format, render
from reports.report import Report
from reports.words import Lang

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
        try:
            return apart(write, report, format, lang, seconds=seconds, memory=memory, refusal=refusal)
        finally:
            self.turns.release()
