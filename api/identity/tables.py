"""Tables of people and of how they prove who they are.

Nothing here opens a door by itself: passwords are Argon2id hashes, tokens of sessions, invitations and programs are
SHA-256 digests of 256 random bits, recovery codes are digests, and the secret of the authenticator is encrypted with
a key that is not in the database. Every moment is told by whoever writes the row. What the application may change is
``guards.sql``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import Base

#: A login: what stands in front of the signature of rows, so nothing that a signature uses.
LOGIN = "[a-z0-9][a-z0-9._@+-]{1,99}"


class PersonRow(Base):
    """A person of an organisation. Without a password nobody signs in; without a secret no code is accepted."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint(f"login ~ '^{LOGIN}$'", name="login"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    language: Mapped[str]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None] = mapped_column(comment="encrypted; the key is in the secret file")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class PersonRoleRow(Base):
    """A role of a person and who granted it; nobody is the terminal. Nobody grants a role to themselves."""

    __tablename__ = "person_role"
    __table_args__ = (CheckConstraint("granted_by <> person_id", name="granted_by_another"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]


class SignInSessionRow(Base):
    """A browser at work. Before the second factor the stage is ``password``: it opens the next page only."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint("stage IN ('password', 'complete')", name="stage"),
        Index("ix_sign_in_session_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True, comment="SHA-256 of the token in the cookie")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stage: Mapped[str]
    address: Mapped[str]
    agent: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="when a one-time code was last given")
    offered_secret: Mapped[bytes | None] = mapped_column(comment="encrypted; shown for enrolment, not yet confirmed")
    ended_at: Mapped[datetime | None]


class TotpUseRow(Base):
    """A time step whose code a person has used: the key makes a code good for one request out of any number."""

    __tablename__ = "totp_use"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, comment="seconds since 1970 divided by 30")


class RecoveryCodeRow(Base):
    """A code for the day the telephone is gone; good once."""

    __tablename__ = "recovery_code"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttemptRow(Base):
    """Somebody tried a password or a code for a login, which need not exist, from an address.

    The login is kept as a digest: people type passwords where the login belongs.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        CheckConstraint("kind IN ('password', 'code')", name="kind"),
        Index("ix_sign_in_attempt_account_kind_tried_at", "account", "kind", "tried_at"),
        Index("ix_sign_in_attempt_address_kind_tried_at", "address", "kind", "tried_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    account: Mapped[bytes] = mapped_column(comment="SHA-256 of the login that was typed")
    address: Mapped[str]
    tried_at: Mapped[datetime]
    succeeded: Mapped[bool]


class ApiTokenRow(Base):
    """A key for a program that works in a person's name, with some of the person's roles."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSONB, comment="roles; those the person has lost do not count")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class InvitationRow(Base):
    """A link that lets a person choose a password, once: the first, or a new one in place of a forgotten one."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PersonIdentityRow(Base):
    """How an OpenID provider knows a person: by its own subject, never by an e-mail address."""

    __tablename__ = "person_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]


class ProviderVisitRow(Base):
    """A browser sent to the provider: what it must bring back, kept here until it does, once."""

    __tablename__ = "provider_visit"

    state_digest: Mapped[bytes] = mapped_column(primary_key=True)
    browser_digest: Mapped[bytes] = mapped_column(comment="of the cookie: another browser cannot bring the answer")
    nonce: Mapped[str]
    verifier: Mapped[str] = mapped_column(comment="of PKCE")
    onward: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
