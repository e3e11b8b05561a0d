"""What the server refuses before anybody's business is looked at, each with its HTTP status.

All are errors of the one tree, so they are worded and answered like every other.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import BadInput, NotFound, Refused


@dataclass(eq=False, kw_only=True)
class NoSuchPage(NotFound):
    """An address that leads nowhere, or to something the person does not see."""

    code = "no-such-page"
    sentence = "There is no page {name}, or it is not yours to see. Check the address, or start from the first page."
    what: str = "page"


@dataclass(eq=False, kw_only=True)
class WrongMethod(BadInput):
    """A page asked for in a way it does not answer to."""

    code = "wrong-method"
    sentence = "This address does not answer to {found}. Open it anew, or send the form again from its page."
    http_status = 405
    found: str


@dataclass(eq=False, kw_only=True)
class TooLarge(BadInput):
    """A request above the limit; nothing of it was parsed."""

    code = "too-large"
    sentence = "The request may have at most {largest} MB. Send a smaller file, or split it."
    http_status = 413
    largest: int


@dataclass(eq=False, kw_only=True)
class UnreadableRequest(BadInput):
    """A request whose form, JSON or host cannot be made sense of."""

    code = "unreadable-request"
    sentence = "The request cannot be read: {reason}. Send it again."
    http_status = 400
    reason: str


@dataclass(eq=False, kw_only=True)
class InvalidFields(BadInput):
    """A request with fields that do not fit; which and why stands beside each."""

    code = "invalid-fields"
    sentence = "Some fields do not fit: {names}. Mend them and send again."
    names: tuple[str, ...]


@dataclass(eq=False, kw_only=True)
class SentFromElsewhere(Refused):
    """A change that another site asked the person's browser for."""

    code = "sent-from-elsewhere"
    sentence = "The form was not sent from this site, or its page is too old. Open the page again and repeat."
    http_status = 403


@dataclass(eq=False, kw_only=True)
class TooManyRequests(Refused):
    """More of something than one person may ask for in a minute."""

    code = "too-many-requests"
    sentence = "That was too often. Try again in {seconds} s."
    http_status = 429
    seconds: int


@dataclass(eq=False, kw_only=True)
class DocumentTooLarge(Refused):
    """A document whose making took more time or memory than it may."""

    code = "document-too-large"
    sentence = (
        "The document needs more than {seconds} s or {memory} MB and was stopped. Ask for fewer rows, or for XLSX."
    )
    seconds: int
    memory: int
