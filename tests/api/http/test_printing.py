"""Documents are made outside of the server, and one that takes too much takes nothing but itself along."""

from __future__ import annotations

import time

import pytest

from api.http.printing import Printing
from api.http.refusals import DocumentTooLarge
from api.settings import Settings
from ledger.errors import NotFound
from reports.rendering import Format, render
from reports.report import Report
from reports.words import Lang
from tests.reports.samples import report


def endless(_report: Report, _format: Format, _lang: Lang) -> bytes:
    """A document that is never done."""
    time.sleep(600)
    return b""


def huge(_report: Report, _format: Format, _lang: Lang) -> bytes:
    """A document of four gigabytes."""
    return bytes(4_000_000_000)


def refusing(_report: Report, _format: Format, _lang: Lang) -> bytes:
    """A document that cannot be made."""
    raise NotFound(what="loan", name="7")


def crashing(_report: Report, _format: Format, _lang: Lang) -> bytes:
    """A document that takes its process down."""
    import os

    os.abort()


def test_a_document_is_the_same_as_ever() -> None:
    """The bytes are those that are made without a process."""
    assert Printing(Settings()).render_document(report(), "pdf", "kk") == render(report(), "pdf", "kk")


@pytest.mark.parametrize("write", [endless, huge, crashing])
def test_too_much_is_stopped_and_told(write: object) -> None:
    """Time, memory or a crash end the process; the user is told, and the next document is made."""
    printing = Printing(Settings(document_seconds=5))
    with pytest.raises(DocumentTooLarge):
        printing.render_document(report(), "pdf", "en", write)  # type: ignore[arg-type]  # one of those above
    assert printing.render_document(report(), "csv", "en")


def test_what_the_making_refuses_is_passed_on() -> None:
    """An error of the tree comes out as it went in."""
    with pytest.raises(NotFound):
        Printing(Settings()).render_document(report(), "pdf", "en", refusing)
