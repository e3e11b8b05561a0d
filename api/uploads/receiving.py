"""What people do with a file before it is accepted: hand it in, have it judged, mend it, take it back.

Each step is a transaction of its own, so that whatever falls in between leaves a file that can be gone on with. A file
that cannot be read is not kept.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import look
from api.audit.records import record
from api.evidence.files import clean
from api.imports import ImportOutcome, import_register
from api.uploads import kept
from api.uploads.reading import marked_apart, mended_apart, read_apart
from api.uploads.verdicts import Verdict, verdict
from api.world import World
from ledger.unit_of_work import perform
from lending.registers.review import Review
from lending.registers.vocabulary import Language


def hand_in(world: World, actor: Actor, name: str, content: bytes, *, request_id: str = "") -> int:
    """Keep a register of the actor's organisation, judge it, and return the id of the upload.

    Raises:
        UnreadableFile, RegisterTooHeavy: nothing was kept.
    """
    called = clean(name)
    review = read_apart(world.settings, content, called)
    return _keep(world, actor, review, content, request_id=request_id)


def judge(world: World, actor: Actor, upload_id: int, review: Review | None = None) -> Verdict:
    """Rehearse the acceptance of a file and keep the verdict.

    Raises:
        NotFound.
    """
    outcome = rehearsal(world, actor, upload_id, review)
    found = verdict(outcome)
    perform(world.jobs, lambda session: kept.judged(session, upload_id, found, world.now()))
    return found


def rehearsal(world: World, actor: Actor, upload_id: int, review: Review | None = None) -> ImportOutcome:
    """What accepting a file would come to now, to the last check; nothing is kept.

    Raises:
        NotFound.
    """
    with look(world.engine, actor) as session:
        file, content = kept.upload(session, upload_id), kept.content_of(session, upload_id)
    read = (lambda _content, _name: review) if review is not None else partial(read_apart, world.settings)
    return import_register(
        world.jobs, content, file.file_name, actor=actor.signature, lender=file.organisation_id, rehearse=True,
        channel=actor.channel, strictness=world.settings.register_strictness, read=read,
    )  # fmt: skip


def marked(world: World, actor: Actor, upload_id: int, language: Language) -> bytes:
    """The sender's own workbook with what is wrong now marked in it.

    Raises:
        NotFound.
    """
    outcome = rehearsal(world, actor, upload_id)
    with look(world.engine, actor) as session:
        content = kept.content_of(session, upload_id)
    return marked_apart(world.settings, content, outcome.told(), language)


def mend_zeros(world: World, actor: Actor, upload_id: int, *, request_id: str = "") -> int:
    """Put lost zeros back, judge the file that comes of it, and return its id.

    Raises:
        NotFound, UploadEnded.
    """
    with look(world.engine, actor) as session:
        file, content = kept.upload(session, upload_id), kept.content_of(session, upload_id)
    file.demand_open()
    review = read_apart(world.settings, content, file.file_name)
    mended = mended_apart(world.settings, content, review)
    name = f"{file.file_name.rpartition('.')[0] or file.file_name}.xlsx"
    again = read_apart(world.settings, mended, name)
    return _keep(world, actor, again, mended, mends_id=upload_id, request_id=request_id)


def cancel(world: World, actor: Actor, upload_id: int, *, request_id: str = "") -> None:
    """Take a file back.

    Raises:
        NotFound, UploadEnded.
    """
    with look(world.engine, actor) as session:
        file = kept.upload(session, upload_id)

    def work(session: Session) -> None:
        kept.cancel(session, upload_id, world.now())
        about, told = f"upload:{upload_id}", {"file": file.file_name}
        record(session, actor, act="registers.cancel", about=about, request=told, request_id=request_id)

    perform(world.jobs, work)


def _keep(
    world: World, actor: Actor, review: Review, content: bytes, *, mends_id: int | None = None, request_id: str
) -> int:
    home = actor.organisation_id
    assert home is not None  # the system uploads nothing

    def work(session: Session) -> int:
        kind, name = review.kind, review.filename
        upload_id = kept.keep(session, actor, home, kind, name, content, mends_id=mends_id)
        told = {"file": name, "kind": kind, "sha256": review.sha256, "mends": mends_id}
        record(session, actor, act="registers.upload", about=f"upload:{upload_id}", request=told, request_id=request_id)
        return upload_id

    upload_id = perform(world.jobs, work)
    judge(world, actor, upload_id, review)
    return upload_id
