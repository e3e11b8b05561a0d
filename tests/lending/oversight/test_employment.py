"""What makes a job count, on its own: contracts in time, evidence, vacancies and seasons."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from lending.oversight.employment import Counted, Employment, count

DUE = date(2022, 6, 15)


def employment(job: int, concluded_on: date, **more: Any) -> Employment:
    """A labour contract without an end or evidence."""
    values: dict[str, Any] = {"contract_id": 1, "iin": "", "number": "1", "last_day": None, "seasonal": False}
    return Employment(job=job, concluded_on=concluded_on, **(values | {"evidence": {}} | more))


def counted(on: date, *employments: Employment) -> Counted:
    """Jobs that need a labour contract by `DUE`."""
    return count(employments, on, due_on=DUE, kinds=["labour-contract"], months=1)


@pytest.mark.parametrize(("concluded_on", "proved"), [(DUE, 1), (date(2022, 6, 16), 0)])
def test_the_contract_is_in_time(concluded_on: date, proved: int) -> None:
    """A contract of the last day of the 24 months counts, one of the next day never."""
    assert counted(date(2022, 12, 31), employment(1, concluded_on)).proved == proved


def test_a_vacated_job_counts_again_with_another_person() -> None:
    """After the last day of a contract the job stands vacated until somebody else is employed, even after the term."""
    first = employment(1, date(2021, 1, 1), last_day=date(2022, 5, 31))
    second = employment(1, date(2022, 8, 1))
    found = [counted(on, first, second) for on in (date(2022, 5, 31), date(2022, 6, 1), date(2022, 8, 1))]
    assert found == [Counted(1, ()), Counted(0, (1,)), Counted(1, ())]


def test_a_seasonal_job_need_not_be_filled_again() -> None:
    """A temporary or seasonal job counts after its contract ended (RM-LN-11)."""
    season = employment(1, date(2021, 4, 1), last_day=date(2021, 9, 30), seasonal=True)
    assert counted(date(2022, 1, 1), season) == Counted(1, ())


@pytest.mark.parametrize(
    ("evidence", "proved"),
    [({}, 0), ({"referral": 1}, 0), ({"contributions": 5}, 0), ({"referral": 1, "contributions": 1}, 1)],
)
def test_every_kind_of_evidence_is_needed(evidence: Mapping[str, int], proved: int) -> None:
    """Where the edition asks for a referral and a month of contributions, both have to be there."""
    kinds = ["labour-contract", "referral", "contributions"]
    own = employment(1, date(2021, 1, 1), evidence=evidence)
    assert count([own], DUE, due_on=None, kinds=kinds, months=1).proved == proved


def test_two_people_in_turn_are_one_job() -> None:
    """Jobs are counted, not contracts."""
    turns = [
        employment(1, date(2021, 1, 1), last_day=date(2021, 3, 1)), employment(1, date(2021, 3, 2)),
        employment(2, date(2021, 5, 1)),
    ]  # fmt: skip
    assert counted(DUE, *turns).proved == 2
