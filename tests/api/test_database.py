"""The schema is brought up to date when it is not, and left alone when it is."""

from alembic.script import ScriptDirectory

from api.database import alembic_config, newest_revision


def test_the_newest_revision_is_told_by_its_name() -> None:
    """What a start compares the schema with is the last of the migrations."""
    assert newest_revision() == ScriptDirectory.from_config(alembic_config("")).get_current_head()
