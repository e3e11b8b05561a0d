"""Names of people as they are compared: who decides does not confirm, however the name is written.

The database compares by the function ``folded_name`` in the same way, for its own ``lower`` folds what the locale of
the database tells it to, and under C that is Latin only.
"""

from __future__ import annotations


def folded(name: str) -> str:
    """A name as it is compared: blanks do not count more than once, nor does case."""
    return " ".join(name.split()).casefold()


def two_people(one: str, other: str) -> str:
    """The condition, in SQL, that column ``one`` names somebody and another person than column ``other``."""
    return f"folded_name({one}) <> '' AND folded_name({one}) <> folded_name({other})"
