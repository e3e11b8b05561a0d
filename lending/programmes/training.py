"""Terms of Bastau training, which no edition of a programme states: how often, and how long projects are accompanied.

The values stand in ``training.toml`` with their places in the rules of teaching; which training they are applied to
is not known here.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from lending.programmes.editions import Cited


@cache
def training_terms() -> dict[str, Cited[int]]:
    """Months by name: ``repeat_months``, ``accompaniment_months`` and ``accompaniment_months_large_family``."""
    document = tomllib.loads(files("lending.programmes").joinpath("training.toml").read_text(encoding="utf-8"))
    return {name: Cited(row["is"], row["rule"], row["clause"]) for name, row in document.items()}
