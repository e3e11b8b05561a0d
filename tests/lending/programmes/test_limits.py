"""Limits are told before they are broken, by the same clause that a finding would cite."""

from typing import Any

from lending.programmes.application import application_from_json
from lending.programmes.checking import check
from lending.programmes.editions import edition
from lending.programmes.limits import limits
from tests.lending.applications.path import facts


def told(**changes: Any) -> dict[str, Any]:
    """Facts of a rural livestock project under 746."""
    given = facts(1, **changes)
    return given | {"contract_date": "2019-03-15", "applied_on": "2019-03-15", "edition": "746"}


def test_each_limit_has_its_arithmetic() -> None:
    """2 500 indices of 2 525 tenge, seven years for livestock, six percent, a third of the term."""
    found = {each.code: each for each in limits(application_from_json(told()), edition("746"))}
    assert str(found["amount"].most.amount) == "6312500"
    assert found["term"].most == 84
    assert found["principal-grace"].most == 12
    assert all(each.kept for each in found.values())


def test_what_breaks_a_limit_is_what_a_rule_finds() -> None:
    """A limit that is not kept is cited by a finding of the same rule."""
    application = application_from_json(told(amount="9000000.00", months=90, principal_grace_months=31))
    broken = {each.rule for each in limits(application, edition("746")) if each.kept is False}
    assert broken == {each.rule for each in check(application).findings if each.severity == "blocks"}


def test_a_limit_that_hangs_on_a_fact_names_it() -> None:
    """Without a territory the cap is not known, and the field to fill in is told."""
    found = limits(application_from_json(told(territory={"type": None})), edition("746"))
    amount = next(each for each in found if each.code == "amount")
    assert (amount.most, amount.hanging_on) == (None, ("territory.type",))
