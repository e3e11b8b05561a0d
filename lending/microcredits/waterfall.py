"""The waterfall: in which order a payment settles what is owed.

The order is data, a tuple of parts, so that it may differ by lender or contract; the arithmetic is one line: each
part takes what it can, what is left goes on. Amounts are whole tiyn, one array element a payment, and the parts and
the rest always make up what was received. What is owed is told by `lending.microcredits.positions`; what becomes of
the rest is decided in `lending.microcredits.repayments`.

The default is that of microcredit contracts as remembered for NBRK No 232 and the Civil Code (``kazakhstan.md`` 1.6):
arrears before penalty, penalty before what is due today, principal before interest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from ledger.errors import BadInput

Part = Literal["overdue-principal", "overdue-interest", "penalty", "current-principal", "current-interest"]
Amounts = npt.NDArray[Any]

DEFAULT_ORDER: tuple[Part, ...] = get_args(Part)


@dataclass(eq=False, kw_only=True)
class BadWaterfall(BadInput):
    """An order that leaves a part out, names one twice, or names something else."""

    code = "bad-waterfall"
    sentence = "Expected an order of all of {expected}, each once; found {found}."
    expected: str
    found: str


def check_order(order: Sequence[str]) -> None:
    """Refuse an order in which something owed would never be settled.

    Raises:
        BadWaterfall: not each part exactly once.
    """
    if sorted(order) != sorted(DEFAULT_ORDER):
        raise BadWaterfall(expected=", ".join(DEFAULT_ORDER), found=", ".join(order))


def split(
    received: Amounts, owed: Mapping[Part, Amounts], order: Sequence[Part] = DEFAULT_ORDER
) -> tuple[dict[Part, Amounts], Amounts]:
    """What of ``received`` settles each part of ``owed``, and what is left over.

    Raises:
        BadWaterfall: ``order`` is not each part exactly once.
    """
    check_order(order)
    left = received
    settled: dict[Part, Amounts] = {}
    for part in order:
        settled[part] = np.minimum(left, owed[part])
        left = left - settled[part]
    return settled, left
