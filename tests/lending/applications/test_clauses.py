"""Which clauses a programme makes obligatory hangs on the facts of the loan."""

from datetime import date
from typing import Any

import pytest

from lending.applications.clauses import missing, obligatory
from lending.programmes.application import application_from_json
from lending.programmes.editions import edition
from lending.programmes.facts import Facts, facts_of
from tests.lending.applications.path import facts


def known(law: str, on: date, **changes: Any) -> Facts:
    """Facts under an edition, for a contract of a day."""
    told = facts(1, **changes) | {"edition": law, "contract_date": on.isoformat(), "applied_on": on.isoformat()}
    return facts_of([(application_from_json(told), edition(law))])[0]


@pytest.mark.parametrize(
    ("law", "on", "changes", "expected"),
    [
        ("746", date(2019, 3, 15), {}, {"jobs", "target-use", "no-fees"}),
        ("746", date(2019, 3, 15), {"start_up": True}, {"target-use", "no-fees"}),
        ("746", date(2019, 3, 15), {"purpose": "buy-land"}, {"jobs", "target-use", "no-fees", "business-use"}),
        ("919", date(2018, 3, 15), {}, {"target-use", "no-fees"}),
        ("road-map", date(2020, 7, 1), {}, {"jobs", "target-use", "fine-and-return", "unused-returned"}),
    ],
)
def test_obligatory_clauses(law: str, on: date, changes: dict[str, Any], expected: set[str]) -> None:
    """The Road Map asks for a fine and bans no fees; start-ups (746), beginning ones (919) need no clause on jobs."""
    assert {each.code for each in obligatory(known(law, on, **changes), edition(law))} == expected


def test_an_unknown_fact_asks_for_the_clause() -> None:
    """Where the class of the business is not known, the clause on jobs is asked for."""
    told = known("746", date(2019, 3, 15), borrower={"id_number": None})
    assert [(each.code, each.rule) for each in missing(told, edition("746"), ["target-use", "no-fees"])] == [
        ("jobs", "746-LN-14")
    ]
