"""Tokens: 256 random bits that the bearer keeps and of which the database keeps a digest.

A digest without salt is enough for a random token of this size, and it lets the row be found by it. A stolen copy of
the database therefore opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token(prefix: str = "") -> str:
    """``prefix`` and 256 random bits, in letters that may stand in a cookie, a header or an address."""
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> bytes:
    """SHA-256 of a token: what the database keeps and looks it up by."""
    return hashlib.sha256(token.encode()).digest()
