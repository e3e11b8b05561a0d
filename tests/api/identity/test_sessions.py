"""Sessions end when nobody asks, when the day is over, when they are ended, and with their person's access."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.identity.people import Person, set_access
from api.identity.sessions import end_session, end_sessions, note_seen, open_session, sessions_of, standing_session
from tests.api.identity.staff import HOME, NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def stands(session: Session, token: str, after: timedelta) -> bool:
    """Whether the session of a token stands so long after `NOW`; asking is a request, which is noted."""
    found = standing_session(session, token, NOW + after)
    if found:
        note_seen(session, found, NOW + after)
    return found is not None


def test_a_session_ends_after_half_an_hour_without_a_request(committed_engine: Engine, aigerim: Person) -> None:
    """Twenty-nine quiet minutes are well, thirty are not."""
    with Session(committed_engine) as session:
        tokens = {minutes: open_session(session, aigerim.id, HOME, NOW) for minutes in (29, 30, 31)}
        stood = [stands(session, token, minutes * MINUTE) for minutes, token in tokens.items()]
    assert stood == [True, False, False]


def test_a_session_ends_after_twelve_hours_of_work(committed_engine: Engine, aigerim: Person) -> None:
    """Requests every quarter of an hour keep it for twelve hours and no longer."""
    with Session(committed_engine) as session:
        token = open_session(session, aigerim.id, HOME, NOW)
        stood = [stands(session, token, quarter * HOUR / 4) for quarter in range(50)]
    assert stood == [True] * 48 + [False] * 2


def test_who_is_no_longer_let_in_has_no_session(committed_engine: Engine, aigerim: Person) -> None:
    """Disabling ends the sessions; letting in again does not revive them."""
    with Session(committed_engine) as session:
        token = open_session(session, aigerim.id, HOME, NOW)
        set_access(session, aigerim, allowed=False, by=None, now=NOW)
        assert not stands(session, token, MINUTE)
        set_access(session, aigerim, allowed=True, by=None, now=NOW)
        assert not stands(session, token, MINUTE)


def test_a_person_sees_and_ends_their_sessions(committed_engine: Engine, aigerim: Person) -> None:
    """Two browsers: both are listed, one ends the other, and nobody ends somebody else's."""
    with Session(committed_engine) as session:
        here, there = (open_session(session, aigerim.id, HOME, NOW) for _ in range(2))
        found = standing_session(session, there, NOW)
        assert found is not None
        assert len(sessions_of(session, aigerim.id, NOW)) == 2
        end_session(session, found.id, NOW, person_id=aigerim.id + 1)
        assert stands(session, there, MINUTE)
        end_session(session, found.id, NOW, person_id=aigerim.id)
        assert [stands(session, here, MINUTE), stands(session, there, MINUTE)] == [True, False]


def test_all_sessions_but_one_can_be_ended(committed_engine: Engine, aigerim: Person) -> None:
    """A changed password leaves only the browser it was changed in."""
    with Session(committed_engine) as session:
        tokens = [open_session(session, aigerim.id, HOME, NOW) for _ in range(3)]
        kept = standing_session(session, tokens[1], NOW)
        assert kept is not None
        end_sessions(session, aigerim.id, NOW, but=kept.id)
        assert [stands(session, token, MINUTE) for token in tokens] == [False, True, False]
