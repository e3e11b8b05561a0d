"""More is never better: raising what is capped never removes the finding of the cap."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lending.programmes.application import application_from_json
from lending.programmes.checking import check
from tests.lending.programmes.samples import BASES, facts
from tests.walks import tried

#: The codes of findings that stand for a ceiling, by the fact that rises towards it.
CEILINGS = {
    "amount": {"amount", "guarantee-amount"},
    "annual_rate": {"nominal-rate", "effective-rate", "guarantee-rate"},
    "guarantee.share": {"guarantee-share", "guarantee-anchor-share"},
    "principal_grace_months": {"principal-grace-share", "grace-months"},
    "interest_grace_months": {"interest-grace-share", "grace-months"},
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "amount": st.decimals(Decimal(1), Decimal(10**9), places=2),
    "annual_rate": st.decimals(0, 1, places=4),
    "guarantee.share": st.decimals(0, 1, places=3),
    "principal_grace_months": st.integers(0, 59),
    "interest_grace_months": st.integers(0, 59),
}


def ceilings(base: str, fact: str, value: Any) -> set[str]:
    """Codes of the ceilings that this value of the fact breaks."""
    changes = {fact: str(value)}
    if fact.startswith("guarantee."):
        changes = {"guarantee": '{"guarantor": "kazagrogarant"}', **changes}
    judgement = check(application_from_json(facts(base, **changes)))
    return {finding.code for finding in judgement.findings if finding.severity == "blocks"} & CEILINGS[fact]


@settings(max_examples=tried(60), deadline=None)
@given(st.data())
def test_raising_a_capped_fact_never_removes_the_finding(data: st.DataObject) -> None:
    """What a value is refused for, a higher one is refused for too."""
    base = data.draw(st.sampled_from(sorted(BASES)))
    fact = data.draw(st.sampled_from(sorted(CEILINGS)))
    low, high = sorted(data.draw(st.tuples(VALUES[fact], VALUES[fact])))
    assert ceilings(base, fact, low) <= ceilings(base, fact, high)
