"""What a handed-in file is, by its bytes: a PDF, a JPEG, a PNG or a detached signature, whole and nothing besides.

Names and declared types are what the sender says and are not asked. A file that is two things at once, is encrypted
or is cut short is refused with the reason, because nobody could say later what was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ledger.errors import BadInput

Kind = Literal["pdf", "jpeg", "png", "signature"]
#: Largest file in bytes.
LARGEST = 10_000_000
#: The archive's end, which lies in the last 64 kB of anything that also opens as a ZIP.
ZIP_END, ZIP_TAIL = b"PK\x05\x06", 66_000
#: The object identifier of signed data (CMS) as DER writes it, near the beginning of a detached signature.
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


@dataclass(eq=False, kw_only=True)
class BadEvidence(BadInput):
    """A file that cannot serve as evidence; subclasses say why."""

    code = "bad-evidence"
    sentence = "{name} cannot be taken. Hand in a PDF, a JPEG or a PNG."
    name: str


class EvidenceEmpty(BadEvidence):
    """A file without bytes."""

    code = "evidence-empty"
    sentence = "{name} is empty. Save it again and hand it in."


class EvidenceTooLarge(BadEvidence):
    """More than is taken."""

    code = "evidence-too-large"
    sentence = "{name} is larger than 10 MB. Scan it in grey, or hand it in in parts."


class EvidenceUnknown(BadEvidence):
    """Neither of the kinds."""

    code = "evidence-unknown"
    sentence = "{name} is neither a PDF nor a JPEG nor a PNG, whatever it is called. Save it as PDF and hand it in."


class EvidenceTwofold(BadEvidence):
    """A file that opens as two things."""

    code = "evidence-twofold"
    sentence = "{name} holds another file behind its end. Print it to PDF anew and hand that in."


class EvidenceEncrypted(BadEvidence):
    """A document with a password."""

    code = "evidence-encrypted"
    sentence = "{name} is protected by a password. Save it without one and hand it in."


class EvidenceCutShort(BadEvidence):
    """A file without its end."""

    code = "evidence-cut-short"
    sentence = "{name} ends too early: part of it is missing. Copy it again and hand it in."


def _pdf_ends(content: bytes) -> bool:
    return re.search(rb"%%EOF\s*$", content[-1024:]) is not None


def _png_ends(content: bytes) -> bool:
    return content.endswith(b"IEND\xaeB`\x82")


def _jpeg_ends(content: bytes) -> bool:
    return content.rstrip(b"\x00").endswith(b"\xff\xd9")


def _der_ends(content: bytes) -> bool:
    """Whether the outermost value of DER is as long as it says."""
    length = content[1]
    if length < 0x80:
        return len(content) == 2 + length
    digits = length & 0x7F
    return len(content) == 2 + digits + int.from_bytes(content[2 : 2 + digits], "big")


KINDS: tuple[tuple[Kind, bytes, Callable[[bytes], bool]], ...] = (
    ("pdf", b"%PDF-", _pdf_ends),
    ("png", b"\x89PNG\r\n\x1a\n", _png_ends),
    ("jpeg", b"\xff\xd8\xff", _jpeg_ends),
)


def kind_of(name: str, content: bytes) -> Kind:
    """What ``content`` is; ``name`` is only said back.

    Raises:
        BadEvidence: one of its subclasses, by the first thing found wrong.
    """
    if not content:
        raise EvidenceEmpty(name=name)
    if len(content) > LARGEST:
        raise EvidenceTooLarge(name=name)
    if content[:1] == b"\x30" and SIGNED_DATA in content[:24] and _der_ends(content):
        return "signature"
    for kind, beginning, ends in KINDS:
        if content.startswith(beginning):
            if ZIP_END in content[-ZIP_TAIL:]:
                raise EvidenceTwofold(name=name)
            if kind == "pdf" and b"/Encrypt" in content:
                raise EvidenceEncrypted(name=name)
            if not ends(content):
                raise EvidenceCutShort(name=name)
            return kind
    raise EvidenceUnknown(name=name)
