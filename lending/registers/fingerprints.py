"""Fingerprints of register rows, by which an upload is compared with what was recorded before.

Two rows have one fingerprint exactly when all their values are equal, wherever they stood in whichever file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import Any

from moneyed import Money


def fingerprint(row: Any) -> str:
    """SHA-256 of the values of a row of a register, in hexadecimal; its place does not count."""
    values = {field.name: _plain(getattr(row, field.name)) for field in fields(row) if field.compare}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> str | None:
    if isinstance(value, Money):
        return f"{value.amount:.2f}"
    return None if value is None else str(value)
