"""BER, as far as a signature has to be read: values inside of values, by their tags.

Programs write signatures in its strict form (DER) or with ends instead of lengths; both are read. Whatever says less or
more than there is, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CONSTRUCTED, OPEN, END = 0x20, 0x80, b"\0\0"
#: Values inside of values at most: a signature takes a dozen.
DEEPEST = 30
#: Digits of a length at most: four hold more than any file.
LONGEST = 4


class NotBer(ValueError):
    """Bytes that are no BER."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its tag, its content, and both as they were written."""

    tag: int
    content: bytes
    written: bytes

    def parts(self) -> list[Value]:
        """The values inside."""
        return list(values(self.content))

    def octets(self) -> bytes:
        """The content of a string, put together where it comes in pieces."""
        return b"".join(each.octets() for each in self.parts()) if self.tag & CONSTRUCTED else self.content


def values(content: bytes) -> Iterator[Value]:
    """The values that ``content`` is made of, one after another.

    Raises:
        NotBer.
    """
    at = 0
    while at < len(content):
        found, at = _one(content, at, 0)
        yield found


def _one(content: bytes, at: int, depth: int) -> tuple[Value, int]:
    """The value that begins at ``at``, and where the next one begins."""
    if at + 2 > len(content) or depth > DEEPEST:
        raise NotBer
    tag, start, length = content[at], at + 2, content[at + 1]
    if length == OPEN:
        end = start
        while content[end : end + 2] != END:
            _, end = _one(content, end, depth + 1)
        return Value(tag, content[start:end], content[at : end + 2]), end + 2
    if length & OPEN:
        digits = length & ~OPEN
        length = int.from_bytes(content[start : start + digits], "big")
        start += digits
        if digits > LONGEST:
            raise NotBer
    if start + length > len(content):
        raise NotBer
    return Value(tag, content[start : start + length], content[at : start + length]), start + length


def identifier(content: bytes) -> str:
    """An object identifier as it is written in figures."""
    arcs, arc = [], 0
    for byte in content:
        arc = (arc << 7) | (byte & 0x7F)
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs:
        raise NotBer
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
