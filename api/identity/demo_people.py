"""People of the demo: one of each role, with a password made for the occasion and printed for whoever runs it.

They have no authenticator, and in a database that its owner marked as a demo's they need none; anywhere else nobody
is made here. They may enrol one, and are asked for its codes from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.database import is_demo
from api.identity.invitations import set_password
from api.identity.passwords import STANDARD, hash_of
from api.identity.people import add_person, person, roles_for, set_roles
from api.settings import Language
from ledger.errors import Refused
from ledger.organisations import Organisation, organisations
from ledger.unit_of_work import perform

#: Names of the people of each kind of organisation, one for each of its roles.
NAMES = (
    "Әйгерім Сұлтанова", "Болат Жүнісов", "Гүлнар Оспанова", "Дәурен Қасымов", "Елена Петрова", "Жанар Төлеген",
    "Ильяс Ахметов", "Қарлығаш Нұрлан",
)  # fmt: skip
SYLLABLES = tuple(first + second for first in "бгджзклмнрст" for second in "аео")


@dataclass(eq=False, kw_only=True)
class NotADemo(Refused):
    """People with printed passwords were asked for in a database that is not a demo's."""

    code = "not-a-demo"
    sentence = "People with printed passwords are made in a demo's database only. Add people with nesie user add."


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody the demo can be entered as."""

    login: str
    password: str
    name: str
    organisation: str
    roles: tuple[str, ...]


def people_of_the_demo(
    engine: Engine, seed: int, now: datetime, *, language: Language = "ru", hasher: PasswordHasher = STANDARD
) -> list[DemoPerson]:
    """Make one person of each role at the first organisation of each kind, all with one password that ``seed`` decides.

    Raises:
        NotADemo: the database does not carry the mark of a demo.
    """
    password = _password(Random(seed))  # noqa: S311 - it is printed on the screen and opens inventions only
    kept = hash_of(password, hasher)

    def work(session: Session) -> list[DemoPerson]:
        if not is_demo(session):
            raise NotADemo
        made = [
            DemoPerson(f"{role}@{home.code}", password, NAMES[place % len(NAMES)], home.code, (role,))
            for home in _one_of_each_kind(session)
            for place, role in enumerate(roles_for(home.kind))
        ]
        homes = {home.code: home.id for home in organisations(session)}
        for each in made:
            who = add_person(
                session, login=each.login, name=each.name, organisation_id=homes[each.organisation],
                language=language, now=now,
            )  # fmt: skip
            set_roles(session, person(session, who.id), each.roles, by=None, now=now)
            set_password(session, who.id, kept, now)
        return made

    return perform(engine, work)


def _one_of_each_kind(session: Session) -> list[Organisation]:
    first: dict[str, Organisation] = {}
    for each in organisations(session):
        first.setdefault(each.kind, each)
    return [home for home in first.values() if roles_for(home.kind)]


def _password(chance: Random) -> str:
    """Four invented words."""
    return " ".join("".join(chance.choice(SYLLABLES) for _ in range(3)) for _ in range(4))
