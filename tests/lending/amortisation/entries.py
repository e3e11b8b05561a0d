"""Dated entries for the accrual tests, one mapping a loan. A small notation; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from lending.amortisation.accrual import Dated
from lending.amortisation.months import day_numbers


def entries(*loans: Mapping[date, int]) -> Dated:
    """Values by date of the first loan, the second, and so on."""
    flat = [(loan, on, value) for loan, values in enumerate(loans) for on, value in values.items()]
    return Dated(
        loan=np.array([loan for loan, _, _ in flat], np.int64),
        on=day_numbers(on for _, on, _ in flat),
        value=np.array([value for _, _, value in flat], np.int64),
    )
