"""Days of reports as an iCalendar feed (RFC 5545), for the calendar that somebody keeps anyway.

An event lasts a whole day and keeps its name from one reading of the feed to the next, so nothing appears twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from api.submissions.duties import Owed
from reports.words import Lang, say, value_text

#: Octets after which a line is folded.
LINE = 75


def feed(owed: Sequence[Owed], at: datetime, lang: Lang) -> str:
    """A calendar with an event of a whole day for each report; ``at`` is when it was made, in UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nesie//reports//", "CALSCALE:GREGORIAN"]
    for each in owed:
        lines += _event(each, each.due.due_on, at, lang)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(owed: Owed, on: date, at: datetime, lang: Lang) -> list[str]:
    deadline = owed.deadline
    content = ", ".join(value_text(each, lang) for each in deadline.content_words)
    goes_to = ", ".join(value_text(each, lang) for each in deadline.receiver_words)
    summary = say("web.calendar.event", lang, content=content, period=owed.due.period, receivers=goes_to)
    return [
        "BEGIN:VEVENT", f"UID:{deadline.rule}-{owed.due.period}@nesie", f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{on:%Y%m%d}", f"DTEND;VALUE=DATE:{on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(summary)}", f"DESCRIPTION:{_text(f'{deadline.rule}, {deadline.clause}')}", "END:VEVENT",
    ]  # fmt: skip


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line cut so that none is longer than `LINE` octets; each further one begins with a blank."""
    pieces: list[str] = [""]
    for letter in line:
        if len((pieces[-1] + letter).encode()) > LINE - 1:
            pieces.append("")
        pieces[-1] += letter
    return "\r\n ".join(pieces)
