"""What a detached signature (CMS) says: who signed, by which certificate, and the digest of what was signed.

The digest is compared with the document's where it is of a kind that this machine works out; Kazakhstan's GOST digests
are not, and then it says so. The signature itself and the certificate are not verified here: that takes the national
certificate centre.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from api.signatures.ber import NotBer, Value, identifier, values
from ledger.errors import BadInput

SIGNED_DATA, MESSAGE_DIGEST = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.4"
#: Digests that can be worked out here, by their identifiers.
DIGESTS: Mapping[str, str] = {
    "1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}  # fmt: skip
SEQUENCE, SET, OCTETS, IDENTIFIER = 0x30, 0x31, 0x04, 0x06
CERTIFICATES, ATTRIBUTES, EXPLICIT = 0xA0, 0xA0, 0xA0
LARGEST = 1_000_000


@dataclass(eq=False, kw_only=True)
class UnreadableSignature(BadInput):
    """A file that is no signature, or none that can be read."""

    code = "unreadable-signature"
    sentence = "{name} is not a signature that can be read. Sign the document in NCALayer as CMS and hand that file in."
    name: str


@dataclass(eq=False, kw_only=True)
class SignsSomethingElse(BadInput):
    """A signature of other bytes than the document's."""

    code = "signs-something-else"
    sentence = "{name} signs another file: its digest is not that of the document. Download the document and sign it."
    name: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature says. ``digest`` is of the document, None where it states none; ``enclosed`` the document itself
    where it is not detached. Names and numbers are the certificate's; empty where it has none.
    """

    algorithm: str
    digest: bytes | None
    enclosed: bytes | None
    signer: str
    person_number: str
    organisation: str
    organisation_number: str
    serial: str

    def fits(self, document: bytes) -> bool | None:
        """Whether it is a signature of ``document``; None where that cannot be told here."""
        if self.enclosed is not None:
            return self.enclosed == document
        name = DIGESTS.get(self.algorithm)
        if self.digest is None or name is None:
            return None
        return hashlib.new(name, document, usedforsecurity=False).digest() == self.digest


def read(name: str, content: bytes) -> Signed:
    """What the signature in a file says; ``name`` is only said back.

    Raises:
        UnreadableSignature.
    """
    if len(content) > LARGEST:
        raise UnreadableSignature(name=name)
    try:
        return _read(_plain(content))
    except (NotBer, ValueError, IndexError, StopIteration):
        raise UnreadableSignature(name=name) from None


def _plain(content: bytes) -> bytes:
    """The signature as bytes, where a program wrote it as text (PEM, or bare base64)."""
    if content[:1] == b"\x30":
        return content
    lines = content.decode("ascii").split()
    return b64decode("".join(lines[2:-2] if lines[:1] == ["-----BEGIN"] else lines), validate=True)


def _read(content: bytes) -> Signed:
    (outer,) = values(content)
    kind, wrapped = outer.parts()
    if identifier(kind.content) != SIGNED_DATA:
        raise NotBer
    parts = wrapped.parts()[0].parts()
    enclosed = [each for each in parts[2].parts()[1:] if each.tag == EXPLICIT]
    certificates = next((each.parts() for each in parts[3:] if each.tag == CERTIFICATES), [])
    signer = parts[-1].parts()[0].parts()
    attributes = next((each.parts() for each in signer[3:] if each.tag == ATTRIBUTES), [])
    certificate = _certificate(certificates, signer[1])
    return Signed(
        identifier(signer[2].parts()[0].content), _digest(attributes),
        enclosed[0].parts()[0].octets() if enclosed else None, *_told(certificate), f"{certificate.serial_number:x}",
    )  # fmt: skip


def _certificate(certificates: Sequence[Value], signer: Value) -> x509.Certificate:
    """The certificate of the signer, by its number; one must be enclosed."""
    read_in = [x509.load_der_x509_certificate(each.written) for each in certificates if each.tag == SEQUENCE]
    if signer.tag == SEQUENCE:
        number = int.from_bytes(signer.parts()[1].content, "big", signed=True)
        return next(each for each in read_in if each.serial_number == number)
    return read_in[0]


def _digest(attributes: Sequence[Value]) -> bytes | None:
    for each in attributes:
        kind, told = each.parts()
        if identifier(kind.content) == MESSAGE_DIGEST:
            return told.parts()[0].content
    return None


def _told(certificate: x509.Certificate) -> tuple[str, str, str, str]:
    """Name and IIN of the person, name and BIN of the organisation: in Kazakhstan's certificates SERIALNUMBER is
    ``IIN`` with the number, OU ``BIN`` with it.
    """
    return (
        _named(certificate, NameOID.COMMON_NAME),
        _named(certificate, NameOID.SERIAL_NUMBER).removeprefix("IIN"),
        _named(certificate, NameOID.ORGANIZATION_NAME),
        _named(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME).removeprefix("BIN"),
    )


def _named(certificate: x509.Certificate, what: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(what)
    return str(found[0].value) if found else ""
