"""Provisions of cases, and how facts are held against them."""

from __future__ import annotations

import pytest

from lending.programmes.provisions import Case, fitting

RURAL = Case(2500, "X-LN-01", "villages", {"territory": ("rural",)})
ANCHOR = Case(5000, "X-LN-01", "anchor", {"territory": ("rural",), "purpose": ("develop-anchor",)})
ELSEWHERE = Case(8000, "X-LN-01", "elsewhere", {})


@pytest.mark.parametrize(
    ("territory", "purpose", "values", "hanging_on"),
    [
        ("rural", "develop-anchor", [5000], ()),
        ("rural", "expand", [2500], ()),
        ("city", None, [8000], ()),
        ("rural", None, [5000, 2500], ("purpose",)),
        (None, "expand", [2500, 8000], ("territory",)),
        (None, None, [5000, 2500, 8000], ("territory", "purpose")),
    ],
)
def test_the_first_case_that_fits(
    territory: str | None, purpose: str | None, values: list[int], hanging_on: tuple[str, ...]
) -> None:
    """With all facts known one case applies, the first that fits; without, all that may, and the facts are named."""
    found = fitting((ANCHOR, RURAL, ELSEWHERE), {"territory": territory, "purpose": purpose})
    assert ([case.value for case in found.cases], found.hanging_on, found.silent) == (values, hanging_on, False)


def test_a_provision_may_be_silent() -> None:
    """Where no case fits for certain the text may say nothing at all."""
    assert fitting((RURAL,), {"territory": "city"}).cases == ()
    assert fitting((RURAL,), {"territory": None}).silent
