"""JSON documents that people hand to commands: read with errors that say where the file is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.errors import BadInput


@dataclass(eq=False, kw_only=True)
class UnreadableFile(BadInput):
    """A file that is missing, too large, not text, or not JSON."""

    code = "unreadable-file"
    sentence = "Cannot read {file}: {reason}."
    file: str
    reason: str


def read_json(file: Path, *, largest: int = 64_000_000) -> Any:
    """The JSON document in ``file``; numbers with a point come as ``Decimal``.

    Raises:
        UnreadableFile: missing, above ``largest`` bytes, not UTF-8 or not JSON (with line and column).
    """
    try:
        if file.stat().st_size > largest:
            raise UnreadableFile(file=str(file), reason=f"it is larger than {largest} bytes")
        return json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise UnreadableFile(file=str(file), reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(file=str(file), reason="it is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        reason = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise UnreadableFile(file=str(file), reason=reason) from error
    except RecursionError as error:
        raise UnreadableFile(file=str(file), reason="it is nested too deeply") from error
