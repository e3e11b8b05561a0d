"""Files are judged by their bytes, kept under names of ours, and given out so that they can do no harm."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.evidence.files import clean
from api.evidence.judging import (
    LARGEST,
    SIGNED_DATA,
    EvidenceCutShort,
    EvidenceEmpty,
    EvidenceEncrypted,
    EvidenceTooLarge,
    EvidenceTwofold,
    EvidenceUnknown,
    kind_of,
)
from tests.api.akimat.conftest import Programme, Visit

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9"
SIGNATURE = b"\x30\x10" + SIGNED_DATA + b"\0" * 5


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "pdf"), (PNG, "png"), (JPEG, "jpeg"), (SIGNATURE, "signature")]
)  # fmt: skip
def test_item_33_kinds_are_told_by_bytes(content: bytes, kind: str) -> None:
    """A name says nothing: the bytes do."""
    assert kind_of("anything.exe", content) == kind


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EvidenceEmpty),
        (b"%PDF-" + b"0" * LARGEST, EvidenceTooLarge),
        (b"MZ\x90\0 a program", EvidenceUnknown),
        (b"<html><script>alert(1)</script></html>", EvidenceUnknown),
        (b"PK\x03\x04 a workbook", EvidenceUnknown),
        (b"junk before " + PDF, EvidenceUnknown),
        (PDF[:-7], EvidenceCutShort),
        (PNG[:-4], EvidenceCutShort),
        (PDF + b"PK\x05\x06" + b"\0" * 18, EvidenceTwofold),
        (JPEG[:-2] + b"PK\x05\x06" + b"\0" * 18 + b"\xff\xd9", EvidenceTwofold),
        (PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), EvidenceEncrypted),
        (SIGNATURE + b"more", EvidenceUnknown),
    ],
)
def test_item_33_a_zoo_of_files_is_refused(content: bytes, refusal: type[Exception]) -> None:
    """Programs, pages, archives, things in two, locked, cut short and empty: each is refused for its own reason."""
    with pytest.raises(refusal):
        kind_of("invoice.pdf", content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\temp\\шот.pdf", "шот.pdf"), ("a\0b\n.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"), ("...", "file"), ("x" * 500, "x" * 120),
    ],
)  # fmt: skip
def test_item_35_names_are_cleaned(given: str, kept: str) -> None:
    """Paths, controls and marks that turn the writing round are no part of a name."""
    assert clean(given) == kept


def hand_in(client: TestClient, loan_id: int, content: bytes = PDF, **data: str) -> int:
    """Hand a file in; the status of the answer."""
    page = client.get(f"/cases/{loan_id}")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    files = {"files": ("../../шот.pdf", content, "text/html")}
    return client.post(f"/cases/{loan_id}/evidence", data={"csrf": token, **data}, files=files).status_code


def test_item_35_a_file_is_kept_outside_and_given_out_harmless(programme: Programme, visit: Visit) -> None:
    """It lies under a random name in the home; it is saved, not opened, under a policy that lets it do nothing."""
    client = visit(programme.somebody("lender-officer"))
    assert hand_in(client, programme.made["first"]) == 303
    home: Path = programme.world.settings.home
    [stored] = [path for path in (home / "evidence").rglob("*") if path.is_file()]
    assert len(stored.name) == 32
    assert stored.stat().st_mode & 0o077 == 0
    given = client.get("/evidence/1")
    assert given.content == PDF
    assert given.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_the_same_file_is_kept_once_and_a_bad_one_not_at_all(programme: Programme, visit: Visit) -> None:
    """Handing a file in twice leaves one; a program is refused on the same page, with the reason."""
    client = visit(programme.somebody("lender-officer"))
    assert [hand_in(client, programme.made["first"]) for _ in range(2)] == [303, 303]
    assert hand_in(client, programme.made["first"], b"MZ program") == 422
    kept = [path for path in (programme.world.settings.home / "evidence").rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_a_signature_stands_beside_its_document(programme: Programme, visit: Visit) -> None:
    """A detached signature is taken for a document of the loan, and is no document itself."""
    client = visit(programme.somebody("lender-officer"))
    hand_in(client, programme.made["first"])
    assert hand_in(client, programme.made["first"], SIGNATURE) == 422
    assert hand_in(client, programme.made["first"], SIGNATURE, signs_id="1") == 303
    assert 'href="/evidence/2"' in client.get(f"/cases/{programme.made['first']}").text


def test_files_of_others_do_not_exist(programme: Programme, visit: Visit) -> None:
    """A stranger can neither hand in, nor see, nor save; an auditor of the lender reads and hands nothing in."""
    hand_in(visit(programme.somebody("lender-officer")), programme.made["first"])
    stranger = visit(programme.somebody("lender-officer", at="stranger"))
    assert stranger.get("/evidence/1").status_code == 404
    assert stranger.get(f"/cases/{programme.made['first']}").status_code == 404
    own = stranger.get(f"/cases/{programme.made['elsewhere']}")
    token = own.text.split('name="csrf" value="')[1].split('"')[0]
    files = {"files": ("a.pdf", PDF, "application/pdf")}
    address = f"/cases/{programme.made['first']}/evidence"
    assert stranger.post(address, data={"csrf": token}, files=files).status_code == 404
    assert visit(programme.somebody("auditor", at="mfo")).get("/evidence/1").status_code == 200
