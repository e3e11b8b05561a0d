"""The waterfall settles in its order, spends no more than there is, and loses nothing."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.microcredits.waterfall import DEFAULT_ORDER, BadWaterfall, Part, check_order, split

TIYN = st.integers(0, 10**12)
OWED = st.fixed_dictionaries(dict.fromkeys(DEFAULT_ORDER, TIYN))


def settle_one_by_one(received: int, owed: dict[Part, int], order: tuple[Part, ...]) -> dict[Part, int]:
    """The slow oracle: the tiyn of a payment are handed out in turn to whatever comes first and is still owed."""
    settled = dict.fromkeys(order, 0)
    for part in order:
        while received and settled[part] < owed[part]:
            settled[part] += 1
            received -= 1
    return settled


@given(received=st.integers(0, 60), owed=st.fixed_dictionaries({p: st.integers(0, 20) for p in DEFAULT_ORDER}),
       order=st.sampled_from(list(permutations(DEFAULT_ORDER))))  # fmt: skip
def test_equals_handing_out_tiyn_by_tiyn(received: int, owed: dict[Part, int], order: tuple[Part, ...]) -> None:
    """Any order gives what handing out single tiyn in that order gives."""
    settled, left = split(np.array([received]), {part: np.array([owed[part]]) for part in order}, order)
    expected = settle_one_by_one(received, owed, order)
    assert {part: int(settled[part][0]) for part in order} == expected
    assert int(left[0]) == received - sum(expected.values())


@given(payments=st.lists(st.tuples(TIYN, OWED), min_size=1, max_size=5))
def test_parts_and_rest_make_the_whole(payments: list[tuple[int, dict[Part, int]]]) -> None:
    """Of every payment of a batch nothing is lost, nothing is settled beyond what is owed, and a rest means no debt."""
    received = np.array([each for each, _ in payments])
    owed = {part: np.array([each[part] for _, each in payments]) for part in DEFAULT_ORDER}
    settled, left = split(received, owed)
    assert (sum(settled.values()) + left == received).all()
    assert all(((settled[part] >= 0) & (settled[part] <= owed[part])).all() for part in DEFAULT_ORDER)
    assert ((left == 0) | (sum(settled.values()) == sum(owed.values()))).all()


@pytest.mark.parametrize("order", [DEFAULT_ORDER[:4], (*DEFAULT_ORDER, "penalty"), (*DEFAULT_ORDER[:4], "fees")])
def test_an_order_names_every_part_once(order: tuple[str, ...]) -> None:
    """An order that forgets, repeats or invents a part is refused."""
    with pytest.raises(BadWaterfall):
        check_order(order)
