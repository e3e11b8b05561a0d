"""What the edge adds to a register that is not accepted: words in the languages of lenders."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.imports import import_register
from lending.registers.vocabulary import LANGUAGES
from reports.words import error_text
from tests.lending.microcredits.lender import lender
from tests.lending.registers.workbooks import good, table, xlsx


def test_refusals_of_the_domain_are_told_in_the_language(committed_engine: Engine) -> None:
    """A refusal that registers have no words for, of a term of 102 years, comes in the catalogue's."""
    with Session(committed_engine) as session, session.begin():
        lender(session, "100000000", number="DF-7/2019")
    row = good("issued-loans", facility_number="DF-7/2019", months=1224, every_months=12)
    outcome = import_register(committed_engine, xlsx(table("issued-loans", [row])), "issued.xlsx", actor="test")
    [problem] = [each for each in outcome.problems if each.refusal]
    assert problem.refusal is not None
    said = {language: problem.expected(language) for language in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)
    assert all(error_text(problem.refusal, language) in said[language] for language in LANGUAGES)
