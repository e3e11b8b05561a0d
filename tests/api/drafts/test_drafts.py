"""A draft is kept for one person and one form, replaced by the next, and dropped."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.drafts.drafts import LONGEST, drop, keep, kept
from tests.api.people import person


def test_the_last_one_is_kept_and_dropped(committed_engine: Engine) -> None:
    """Typing on replaces what was kept; another person has none."""
    own, other = person(1), person(1)
    keep(committed_engine, own, "f", {"a": "1", "b": " "})
    keep(committed_engine, own, "f", {"a": "2"})
    with Session(committed_engine) as session:
        found = kept(session, own, "f")
        assert found is not None
        assert found.typed == {"a": "2"}
        assert kept(session, other, "f") is None
    drop(committed_engine, own, "f")
    with Session(committed_engine) as session:
        assert kept(session, own, "f") is None


def test_nothing_and_too_much_are_not_kept(committed_engine: Engine) -> None:
    """An empty form leaves no draft, and no draft grows without end."""
    own = person(1)
    keep(committed_engine, own, "f", {"a": ""})
    keep(committed_engine, own, "g", {"a": "x" * (LONGEST + 1)})
    with Session(committed_engine) as session:
        assert kept(session, own, "f") is None
        assert kept(session, own, "g") is None
