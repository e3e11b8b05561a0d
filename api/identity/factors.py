"""The second factor: an authenticator that a person enrols, codes that are good once, recovery codes.

Secrets are encrypted with the keys of `api.identity.vault`. A code is used up by a row whose key is person and time
step, so that of any number of parallel requests with one code one succeeds. Only in a database that the owner marked
as a demo's may people do without an authenticator: there a person who has enrolled none passes with any code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cryptography.fernet import MultiFernet
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.database import is_demo
from api.identity.codes import fitting_step, new_recovery_codes, new_secret, plain
from api.identity.tables import PersonRow, RecoveryCodeRow, SignInSessionRow, TotpUseRow
from api.identity.tokens import digest
from ledger.errors import Refused


@dataclass(eq=False, kw_only=True)
class WrongCode(Refused):
    """A one-time code that is wrong, too old or used before."""

    code = "wrong-code"
    sentence = (
        "The code is wrong, too old or was used before. Wait for the next code of your authenticator, and check that "
        "the clock of the telephone is right."
    )
    http_status: ClassVar[int] = 401


def accepts(session: Session, keys: MultiFernet, person_id: int, code: str, now: datetime) -> bool:
    """Whether this is a one-time code of the person's, used up by asking: of the authenticator or for recovery."""
    secret = session.scalar(select(PersonRow.totp_secret).where(PersonRow.id == person_id))
    if secret is None:
        return is_demo(session)
    step = fitting_step(keys.decrypt(secret).decode(), code, now)
    if step is not None:
        return _use_step(session, person_id, step)
    standing = (RecoveryCodeRow.digest == digest(plain(code))) & (RecoveryCodeRow.person_id == person_id)
    used = update(RecoveryCodeRow).where(standing, RecoveryCodeRow.used_at.is_(None)).values(used_at=now)
    return session.scalar(used.returning(RecoveryCodeRow.digest)) is not None


def offer_secret(session: Session, keys: MultiFernet, session_id: int) -> str:
    """The secret that a session shows for enrolment: the same until it is confirmed."""
    row = session.scalars(select(SignInSessionRow).where(SignInSessionRow.id == session_id).with_for_update()).one()
    if row.offered_secret is None:
        row.offered_secret = keys.encrypt(new_secret().encode())
        session.flush()
    return keys.decrypt(row.offered_secret).decode()


def enrol(session: Session, keys: MultiFernet, session_id: int, code: str, now: datetime) -> list[str]:
    """Take the offered secret as the person's, proved by a code of it, and return new recovery codes.

    Raises:
        WrongCode: the code is not one of the offered secret.
    """
    secret = offer_secret(session, keys, session_id)
    person_id = session.scalars(select(SignInSessionRow.person_id).where(SignInSessionRow.id == session_id)).one()
    step = fitting_step(secret, code, now)
    if step is None or not _use_step(session, person_id, step):
        raise WrongCode
    changed = {"totp_secret": keys.encrypt(secret.encode())}
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(changed))
    return renew_recovery_codes(session, person_id, now)


def renew_recovery_codes(session: Session, person_id: int, now: datetime) -> list[str]:
    """New recovery codes, shown this once; the earlier ones are void."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
    codes = new_recovery_codes()
    rows = [{"digest": digest(plain(code)), "person_id": person_id, "created_at": now} for code in codes]
    session.execute(insert(RecoveryCodeRow), rows)
    return codes


def recovery_codes_left(session: Session, person_id: int) -> int:
    """How many recovery codes of a person are unused."""
    unused: Sequence[bytes] = session.scalars(
        select(RecoveryCodeRow.digest).where(RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.used_at.is_(None))
    ).all()
    return len(unused)


def forget_factor(session: Session, person_id: int) -> None:
    """The person's authenticator is lost: the next sign-in, by password, enrols another."""
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(totp_secret=None))
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))


def _use_step(session: Session, person_id: int, step: int) -> bool:
    """Use up a time step; False when it was used before, also by a transaction that is about to commit."""
    using = insert(TotpUseRow).values(person_id=person_id, step=step).on_conflict_do_nothing()
    return session.scalar(using.returning(TotpUseRow.step)) is not None
