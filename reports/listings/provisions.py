"""What editions provide, as expressions of SQL: so that lists can be sorted and narrowed by clocks of the rulebook.

The cases of a provision stand in the editions' files; here they become one CASE over the columns of their facts, in
the same order, and say nothing that `lending.programmes.provisions` does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, literal, null

from lending.programmes.editions import editions


def provided(name: str, edition: ColumnElement[str], facts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[int]:
    """The whole number that the provision ``name`` gives for the facts of a row; NULL where its edition is silent."""
    answers = [
        (and_(edition == each, *(facts[fact].in_(allowed) for fact, allowed in answer.when.items())),
         literal(answer.value, Integer))
        for each, of in editions().items()
        for answer in of.provision(name)
    ]  # fmt: skip
    return case(*answers, else_=null()) if answers else literal(None, Integer)
