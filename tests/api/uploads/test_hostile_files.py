"""Files made to do harm are refused by name over HTTP, nothing of them is kept, and the site goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.settings import Settings
from api.uploads.reading import RegisterTooHeavy, read_apart
from api.uploads.tables import UploadRow
from api.world import World
from lending.registers.refusals import MEGABYTE
from reports.words import say
from tests.api.uploads.registers import at, issued, lender_of, officer, sent, serving, workbook
from tests.lending.registers.test_sheets import FILES, archive
from tests.lending.registers.workbooks import xlsx

LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + number, b"&%c;" % (97 + number) * 10) for number in range(10)
) + b"]><x>&k;</x>"  # fmt: skip
WIDE = b"<x:sheet xmlns:x='x'><x:row><x:c r='BDWGN1'><x:v>1</x:v></x:c></x:row></x:sheet>"
ZOO = {
    "bomb": (archive({"xl/media/zeros.bin": bytes(40 * MEGABYTE)}), "register-too-large"),
    "laughs": (archive({"xl/worksheets/sheet1.xml": LAUGHS}), "register-unreadable"),
    "million columns": (archive({"xl/worksheets/sheet1.xml": WIDE}), "register-too-large"),
    "macros": (archive({"xl/vbaProject.bin": b"macro"}), "register-macros"),
    "links": (archive({"xl/externalLinks/externalLink1.xml": b"<x/>"}), "register-external-links"),
    "encrypted": ((FILES / "password.xlsx").read_bytes(), "register-encrypted"),
    "polyglot": (b"%PDF-1.7\n" + xlsx([["a"]]), "register-file-type"),
    "page": (b"<html><script>alert(1)</script></html>", "register-file-type"),
    "program": (b"MZ\x90\x00" + bytes(200), "register-file-type"),
    "cut short": (xlsx([["a"]])[:-200], "register-unreadable"),
    "empty": (b"", "register-empty"),
    "something else": (xlsx([["a", "b"], [1, 2]]), "register-unknown"),
}


@pytest.fixture(scope="module")
def world(server) -> Iterator[World]:  # type: ignore[no-untyped-def]
    """A world with one lender."""
    from tests.conftest import database_copy

    with database_copy(server) as url, serving(url) as made:
        yield made


@pytest.fixture(scope="module")
def home(world: World) -> int:
    """The lender."""
    return lender_of(world.jobs)


@pytest.mark.parametrize("beast", ZOO)
def test_each_is_refused_by_name(world: World, home: int, beast: str) -> None:
    """The form comes back with the sentence of what is wrong, and no file is kept."""
    content, code = ZOO[beast]
    client = at(world, officer(home))
    answer = sent(client, content, f"{beast}.xlsx")
    assert answer.status_code == 422
    beginning = say(f"error.{code}", "ru", **dict.fromkeys(("limit", "what", "found", "registers"), "|")).partition(
        "|"
    )[0]
    assert beginning in answer.text
    assert answer.text.count('id="error-summary"') == 1
    with Session(world.jobs) as session:
        assert session.scalars(select(UploadRow.id)).all() == []
    assert client.get("/registers").status_code == 200


@pytest.mark.parametrize("name", ["repayments.xls"])
def test_old_workbooks_are_read_within_the_limits(name: str) -> None:
    """An old binary workbook, which a process of its own reads, is read in the process that reads it all."""
    assert read_apart(Settings(), (FILES / name).read_bytes(), name).row_count


def test_what_takes_too_much_is_stopped(world: World, home: int) -> None:
    """A workbook whose reading needs more memory than it may is told so, and the next file is read."""
    heavy = workbook(issued(20_000))
    with pytest.raises(RegisterTooHeavy):
        read_apart(Settings(register_memory=40_000_000), heavy, "heavy.xlsx")
    with pytest.raises(RegisterTooHeavy):
        read_apart(Settings(register_seconds=1), heavy, "heavy.xlsx")
    assert read_apart(Settings(), workbook(issued()), "light.xlsx").row_count == 2
