"""Acts that ask for a file: its bytes in base64, of which the audit and the kept commands are told the digest."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Annotated

from pydantic import Field, field_serializer

from api.acts.act import Asked, Line
from ledger.errors import NesieError
from lending.registers.refusals import MAX_BYTES


class FileAsked(Asked):
    """A file: what its owner calls it, and its bytes in base64."""

    file_name: Line
    content: Annotated[str, Field(min_length=1, max_length=MAX_BYTES * 4 // 3 + 4, repr=False)]

    @field_serializer("content")
    def _told(self, content: str) -> str:
        """What is kept of the file in the audit and compared when a request comes again."""
        return f"sha256:{sha256(content.encode()).hexdigest()}"

    def opened(self, refusal: NesieError) -> bytes:
        """The bytes of the file; ``refusal`` is raised where it is not base64."""
        try:
            return b64decode(self.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise refusal from error


def enclosed(content: bytes) -> str:
    """A file's bytes as an act takes them."""
    return b64encode(content).decode()
