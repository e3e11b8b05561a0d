"""The defaults are what the decision says, and a contract keeps what it was concluded under."""

from dataclasses import replace

from sqlalchemy.orm import Session

from guarantees.policy import Conditions, default_conditions, default_practice
from guarantees.standing import guarantee
from tests.guarantees.world import world


def test_the_defaults() -> None:
    """A constant share of principal, claimed after ninety days, shared pro rata, earned over the term."""
    conditions, practice = default_conditions(), default_practice()
    assert (conditions.reduction, conditions.covers, conditions.sharing) == ("proportional", ("principal",), "pro-rata")
    assert (conditions.default_days, practice.income, practice.unused) == (90, "over-term", "return")


def test_a_contract_keeps_its_conditions(session: Session) -> None:
    """What was agreed is read back from the contract, whatever the defaults are."""
    own = world(session)
    agreed: Conditions = replace(default_conditions(), reduction="repaid-last", covers=("principal", "penalty"))
    assert guarantee(session, own.guarantee(own.loan(), conditions=agreed)).conditions == agreed
