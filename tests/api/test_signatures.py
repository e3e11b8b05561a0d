"""Signatures handed in beside documents: read, held against the document, told for what they are."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from api.signatures.ber import values
from api.signatures.reading import UnreadableSignature, read

DOCUMENT = b"%PDF-1.7 the report\n%%EOF"
SUBJECT = (
    (NameOID.COMMON_NAME, "СӘРСЕНОВА АЙГЕРІМ"), (NameOID.SERIAL_NUMBER, "IIN850101400123"),
    (NameOID.ORGANIZATION_NAME, "ТОО «Береке»"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "BIN190340012345"),
)  # fmt: skip


def signature(document: bytes, *options: Any) -> bytes:
    """A signature of the document as NCALayer makes it, by a certificate made here; detached if so asked."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(*each) for each in SUBJECT])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(0x1234ABCD).not_valid_before(datetime(2021, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2031, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
    )  # fmt: skip
    made = pkcs7.PKCS7SignatureBuilder().set_data(document).add_signer(certificate, key, hashes.SHA256())
    return made.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])


DETACHED = pkcs7.PKCS7Options.DetachedSignature


def test_the_certificate_tells_who_signed() -> None:
    """Name and IIN, organisation and BIN, without the letters before the numbers."""
    told = read("a.p7s", signature(DOCUMENT, DETACHED))
    assert (told.signer, told.person_number) == ("СӘРСЕНОВА АЙГЕРІМ", "850101400123")
    assert (told.organisation, told.organisation_number) == ("ТОО «Береке»", "190340012345")
    assert told.serial == "1234abcd"


@pytest.mark.parametrize(
    ("options", "other", "fits"),
    [
        ((DETACHED,), DOCUMENT, True),
        ((DETACHED,), DOCUMENT + b" ", False),
        ((), DOCUMENT, True),
        ((), b"%PDF another", False),
        ((DETACHED, pkcs7.PKCS7Options.NoAttributes), DOCUMENT, None),
    ],
)
def test_it_is_held_against_the_document(options: tuple[Any, ...], other: bytes, fits: bool | None) -> None:  # noqa: FBT001
    """By the digest it states, by the document it encloses, and not at all where it has neither."""
    assert read("a.p7s", signature(DOCUMENT, *options)).fits(other) is fits


def test_text_is_read_as_well() -> None:
    """PEM and bare base64, as some programs save it."""
    made = signature(DOCUMENT, DETACHED)
    bare = b64encode(made)
    for written in (bare, b"-----BEGIN CMS-----\n" + bare + b"\n-----END CMS-----\n"):
        assert read("a.cms", written) == read("a.cms", made)


def test_ends_instead_of_lengths_are_read() -> None:
    """The outer values as streaming programs write them."""
    made = signature(DOCUMENT, DETACHED)
    (outer,) = values(made)
    kind, wrapped = outer.parts()
    open_ended = b"\x30\x80" + kind.written + b"\xa0\x80" + wrapped.content + b"\0\0" + b"\0\0"
    assert read("a.cms", open_ended) == read("a.cms", made)


@pytest.mark.parametrize("length", [0, 1, 2, 10, 40, 200, -1])
def test_what_is_cut_short_is_refused(length: int) -> None:
    """However little or much of it is there."""
    with pytest.raises(UnreadableSignature):
        read("a.p7s", signature(DOCUMENT, DETACHED)[:length])


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"\x30\x80", b"\x30\x03\x06\x01", b"\xff" * 500, b"\x30\x84\xff\xff\xff\xff"]
)
def test_anything_else_is_refused(content: bytes) -> None:
    """A document, and DER that says less or more than there is."""
    with pytest.raises(UnreadableSignature):
        read("a.p7s", content)
