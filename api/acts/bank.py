"""Acts of accountants on statements of their bank accounts: taking one in, matching a line, setting one aside, undoing.

Who matched what stays on record: nothing is removed, what was decided falls by another act with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Measure, Prose
from api.acts.files import FileAsked
from api.evidence.files import clean
from api.uploads.reading import statement_apart
from guarantees.clues import CLUES
from ledger.bank.matches import match, match_again, set_aside, undo, waiting
from ledger.bank.statements import File, take_in
from ledger.bank.tables import BankLineRow
from ledger.errors import NotFound
from lending.registers.refusals import UnreadableFile


def _listed(given: Any) -> Any:
    """``12, 15`` as people write several numbers."""
    return given.replace(",", " ").split() if isinstance(given, str) else given


#: Numbers of entries; a form may give them in one field.
Entries = Annotated[
    tuple[Id, ...], BeforeValidator(_listed), Field(min_length=1, max_length=100, json_schema_extra={"type": "array"})
]


class TakeInAsked(FileAsked):
    """A statement of a bank account: the file for 1C, or a table of its lines; its bytes in base64."""


class MatchAsked(Asked):
    """A line of a statement, and the entries that make up its sum."""

    line_id: Id
    entry_ids: Entries


class MatchAgainAsked(Asked):
    """Whatever waits, to be looked through again for what is certain by now."""


class SetAsideAsked(Asked):
    """A line that the books need not know, and why."""

    line_id: Id
    reason: Prose


class UndoAsked(Asked):
    """A line whose match, or setting aside, is to be taken back, and why."""

    line_id: Id
    reason: Prose


def _own(actor: Actor) -> int:
    """The actor's book.

    Raises:
        NotFound: the system has none.
    """
    if actor.organisation_id is None:
        raise NotFound(what="book", name=actor.login)
    return actor.organisation_id


def of_account(_session: Session, _asked: Any, actor: Actor) -> Concern:
    """The bank accounts of one's own organisation.

    Raises:
        NotFound.
    """
    return Concern(_own(actor), f"bank:{_own(actor)}")


def of_line(session: Session, asked: Any, _actor: Actor) -> Concern:
    """A line in sight.

    Raises:
        NotFound.
    """
    row = session.get(BankLineRow, asked.line_id)
    if row is None:
        raise NotFound(what="bank line", name=str(asked.line_id))
    return Concern(row.organisation_id, f"bank-line:{row.id}")


def _take_in(session: Session, doing: Doing, asked: TakeInAsked) -> Mapping[str, Any]:
    content = asked.opened(UnreadableFile())
    statement = statement_apart(doing.settings, content)
    file = File(name=clean(asked.file_name), sha256=sha256(content).digest(), taken_by=doing.actor.signature)
    taken = take_in(session, _own(doing.actor), statement, file, CLUES)
    return {
        "bank-statement_id": taken.statement_id, "new": taken.new, "known": taken.known, "matched": taken.matched
    }  # fmt: skip


def _match(session: Session, doing: Doing, asked: MatchAsked) -> Mapping[str, Any]:
    match(session, asked.line_id, asked.entry_ids, made_by=doing.actor.signature)
    return {"bank-line_id": asked.line_id}


def _match_again(session: Session, doing: Doing, _asked: MatchAgainAsked) -> Mapping[str, Any]:
    return {"matched": match_again(session, _own(doing.actor), CLUES, made_by=doing.actor.signature)}


def _set_aside(session: Session, doing: Doing, asked: SetAsideAsked) -> Mapping[str, Any]:
    set_aside(session, asked.line_id, asked.reason, made_by=doing.actor.signature)
    return {"bank-line_id": asked.line_id}


def _undo(session: Session, doing: Doing, asked: UndoAsked) -> Mapping[str, Any]:
    undo(session, asked.line_id, asked.reason, made_by=doing.actor.signature)
    return {"bank-line_id": asked.line_id}


def _waiting(session: Session, asked: Any) -> Sequence[Measure]:
    """How many lines of the line's book wait."""
    row = session.get_one(BankLineRow, asked.line_id)
    count = session.scalar(select(func.count()).select_from(waiting(row.organisation_id).subquery()))
    return (Measure("bank-waiting", count or 0, "integer"),)


def _line(session: Session, _actor: Actor, values: Mapping[str, str]) -> Sequence[tuple[int, str]]:
    """The line by its document and day, in place of its number here."""
    given = values.get("line_id", "")
    row = session.get(BankLineRow, int(given)) if given.isdecimal() and len(given) < len(str(2**63)) else None
    return [] if row is None else [(row.id, f"№ {row.number or '—'}, {row.moved_on:%d.%m.%Y}")]


ACTS: tuple[Act[Any], ...] = (
    Act(name="bank.take-in", asks=TakeInAsked, path="/bank-statements", concerns=of_account, work=_take_in),
    Act(
        name="bank.match", asks=MatchAsked, path="/bank-lines/{line_id}/match", concerns=of_line, work=_match,
        measures=_waiting, options={"line_id": _line},
    ),
    Act(name="bank.match-again", asks=MatchAgainAsked, path="/bank-lines/matches", concerns=of_account,
        work=_match_again),
    Act(
        name="bank.set-aside", asks=SetAsideAsked, path="/bank-lines/{line_id}/setting-aside", concerns=of_line,
        work=_set_aside, measures=_waiting, options={"line_id": _line},
    ),
    Act(
        name="bank.undo", asks=UndoAsked, path="/bank-lines/{line_id}/undoing", concerns=of_line, work=_undo,
        measures=_waiting, options={"line_id": _line},
    ),
)  # fmt: skip
