"""The root of the tree of errors."""

import pickle

from ledger.errors import NotFound


def test_errors_travel_between_processes() -> None:
    """An error keeps its fields when another process hands it back."""
    travelled = pickle.loads(pickle.dumps(NotFound(what="account", name="gold")))
    assert (type(travelled), travelled.what, travelled.name) == (NotFound, "account", "gold")
