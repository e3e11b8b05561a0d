"""Organisations: whoever keeps a book.

An organisation is registered once with its kind, names in three languages, BIN and region, and its book opens on
a date; ``book_id`` everywhere is the organisation's id. The row never changes: a book's seals start from it. What
organisations do to one another is not told here.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ledger import chart
from ledger.entries import CODE, NotAReference
from ledger.errors import BadInput, NotFound
from ledger.tables import AccountRow, OrganisationRow


@dataclass(eq=False, kw_only=True)
class UnknownKind(BadInput):
    """An organisation of a kind that keeps no book."""

    code = "unknown-organisation-kind"
    sentence = "Expected an organisation kind out of {known}; found {found}."
    found: str
    known: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A keeper of a book. ``region`` is a nine-digit KATO code; ``opened_on`` the first day it may book."""

    id: int
    code: str
    kind: str
    name_kk: str
    name_ru: str
    name_en: str
    bin: str | None
    region: str | None
    opened_on: date


def register_organisation(
    session: Session, *, code: str, kind: str, name_kk: str, name_ru: str, name_en: str, opened_on: date,
    bin: str | None = None, region: str | None = None,  # noqa: A002 - BIN is what the number is called
) -> Organisation:  # fmt: skip
    """Register an organisation and open its book on ``opened_on``.

    Raises:
        NotAReference: ``code`` has other characters than letters, digits and ``_.@#+-``.
        UnknownKind: the chart of accounts knows no such kind.
    """
    if not re.fullmatch(CODE, code):
        raise NotAReference(found=repr(code))
    if kind not in chart.organisation_kinds():
        raise UnknownKind(found=kind, known=", ".join(chart.organisation_kinds()))
    row = OrganisationRow(
        code=code, kind=kind, name_kk=name_kk, name_ru=name_ru, name_en=name_en, bin=bin, region=region,
        opened_on=opened_on,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _value(row)


def organisation(session: Session, name: int | str) -> Organisation:
    """The organisation with this id, or with this code.

    Raises:
        NotFound: there is none.
    """
    column = OrganisationRow.id if isinstance(name, int) else OrganisationRow.code
    row = session.scalar(select(OrganisationRow).where(column == name))
    if row is None:
        raise NotFound(what="organisation", name=str(name))
    return _value(row)


def organisations(session: Session, *, kind: str | None = None) -> list[Organisation]:
    """Every organisation, or those of one kind, by id."""
    query = select(OrganisationRow).order_by(OrganisationRow.id)
    if kind is not None:
        query = query.where(OrganisationRow.kind == kind)
    return [_value(row) for row in session.scalars(query)]


def install_chart(session: Session) -> None:
    """Write the chart of accounts into the database, adding and renaming but never removing."""
    rows = [{**asdict(account), "kinds": list(account.kinds)} for account in chart.accounts().values()]
    adding = insert(AccountRow)
    newest = {name: adding.excluded[name] for name in rows[0] if name != "id"}
    session.execute(adding.on_conflict_do_update(index_elements=["id"], set_=newest), rows)


def _value(row: OrganisationRow) -> Organisation:
    return Organisation(
        id=row.id, code=row.code, kind=row.kind, name_kk=row.name_kk, name_ru=row.name_ru, name_en=row.name_en,
        bin=row.bin, region=row.region, opened_on=row.opened_on,
    )  # fmt: skip
