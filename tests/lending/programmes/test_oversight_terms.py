"""What is watched after the contract comes from the editions, with rule and clause."""

from __future__ import annotations

import pytest

from lending.programmes.oversight_terms import OversightTerms, oversight_terms


@pytest.mark.parametrize(
    ("edition", "territory", "rule"),
    [
        ("919", "rural", "919-LN-16"),
        ("919", "city", "919-LN-21"),
        ("746", "rural", "746-RP-02"),
        ("road-map", "monotown", "RM-LN-10"),
    ],
)
def test_every_loan_has_ninety_days(edition: str, territory: str, rule: str) -> None:
    """The clock of target use stands in every edition, under a rule of its own."""
    days = oversight_terms(edition, territory, "expand").target_use_days
    assert days is not None
    assert (days.value, days.rule) == (90, rule)


@pytest.mark.parametrize(
    ("edition", "purpose", "jobs", "months"),
    [
        ("919", "expand", 1, None),
        ("919", "open-microbusiness", None, None),
        ("746", "expand", 2, None),
        ("746", "develop-anchor", 2, None),
        ("road-map", "investment", 1, 24),
    ],
)
def test_jobs_follow_the_purpose(edition: str, purpose: str, jobs: int | None, months: int | None) -> None:
    """How many jobs a loan has to create, and by when, differs by edition and purpose."""
    terms = oversight_terms(edition, "rural", purpose)
    assert [each and each.value for each in (terms.jobs_min, terms.job_proof_months)] == [jobs, months]


def test_land_has_a_year() -> None:
    """746 and the Road Map give land and housing a year, 919 nothing, and no other purpose has such a duty."""
    given = {
        (edition, purpose): oversight_terms(edition, "rural", purpose).change_of_use_months
        for edition in ("919", "746", "road-map")
        for purpose in ("buy-land", "expand")
    }
    assert {kind: case.value for kind, case in given.items() if case} == {
        ("746", "buy-land"): 12, ("road-map", "buy-land"): 12,
    }  # fmt: skip


def test_only_the_road_map_returns_everything() -> None:
    """The full return stands in the Road Map alone."""

    def returns(terms: OversightTerms) -> bool:
        return bool(terms.fine_and_full_return and terms.fine_and_full_return.value)

    assert [returns(oversight_terms(each, "rural", "expand")) for each in ("919", "746", "road-map")] == [
        False, False, True,
    ]  # fmt: skip
