"""What the server writes about itself: one JSON object a line, without anybody's number, password or token.

`Lines` masks every run of twelve digits (an IIN or a BIN) and whatever follows the names of secrets, in messages and
in tracebacks alike; JSON keeps a line a line whatever was typed. Request bodies and query strings are never logged.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

LOGGER = logging.getLogger("nesie")

_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)")
_SECRET = re.compile(
    r"(?P<name>[\w-]*(?:password|passwd|token|secret|authorization|cookie|csrf|otp)[\w-]*)"
    r"(?P<between>['\"]?\s*[:=]\s*['\"]?(?:Bearer\s+)?)(?P<value>[^\s'\",;&)]+)",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """``text`` with numbers of identity and secrets replaced."""
    return _SECRET.sub(r"\g<name>\g<between>***", _NUMBER.sub("************", text))


class Lines(logging.Formatter):
    """A record as one line of JSON; what was logged as ``extra={"fields": {...}}`` stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        fields: dict[str, object] = getattr(record, "fields", {})
        line |= {name: masked(value) if isinstance(value, str) else value for name, value in fields.items()}
        if record.exc_info:
            line["traceback"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def write_logs_to_standard_error() -> None:
    """Send every logger's records to standard error as `Lines`.

    Of the scheduler only what goes wrong is told: what ran, and when, stands on the page of scheduled jobs, and a line
    at every tick would push the address of the site out of the terminal.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
