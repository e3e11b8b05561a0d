"""Applications go their way step by step, and every step is kept with who, when, why and what the rules said."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lending.applications.applications import advance, case, documents, lender_facts
from lending.applications.refusals import (
    ApplicationTaken,
    FactsFixed,
    FactsMissing,
    PaperMissing,
    ReasonMissing,
    RuleForbids,
    StepTooEarly,
)
from lending.applications.states import IllegalStep
from tests.lending.applications.path import APPLIED, TO_APPROVAL, deed, lending, paper, walk


def test_an_application_is_taken_in(session: Session) -> None:
    """It stands as submitted, with the edition and the lender of its agreement filled in."""
    filed = lending(session).file()
    assert case(session, filed.id) == filed
    assert (filed.state, filed.facts["edition"], filed.facts["lender"]["type"]) == ("submitted", "746", "ffsa")
    assert filed.facts["applied_on"] == APPLIED.isoformat()


def test_what_the_rules_say_is_seen_at_once(session: Session) -> None:
    """A filing beyond the cap is taken in, and told the rule with its arithmetic in three languages."""
    filed = lending(session).file(amount="7000000.00")
    [finding] = [each for each in filed.steps[0].findings if each["severity"] == "blocks"]
    assert (finding["rule"], finding["limit"]) == ("746-LN-09", "6312500.00")
    assert set(finding["message"]) == {"kk", "ru", "en"}


def test_every_step_is_kept(session: Session) -> None:
    """Who did what, when and why is there for each step, first to last."""
    own = lending(session)
    decided = walk(session, own.file(), TO_APPROVAL, date(2019, 3, 20))
    assert [(each.act, each.state) for each in decided.steps] == [
        ("submit", "submitted"),
        ("take-up", "under-review"),
        ("conclude-positive", "concluded-positive"),
        ("approve", "decided"),
    ]
    last = case(session, decided.id).steps[-1]
    assert (last.by, last.on, last.why) == ("officer", date(2019, 3, 20), "as the committee decided")


def test_an_illegal_step_tells_what_is_allowed(session: Session) -> None:
    """An application that nobody has looked at is not approved."""
    filed = lending(session).file()
    with pytest.raises(IllegalStep, match="Possible now: take-up, amend, withdraw"):
        advance(session, filed.id, deed("approve"))


def test_blocking_findings_stop_an_approval(session: Session) -> None:
    """The refusal names the rule, its clause and the arithmetic; the application stays where it is."""
    filed = walk(session, lending(session).file(amount="7000000.00"), ("take-up", "conclude-positive"))
    with pytest.raises(RuleForbids, match=r"746-LN-09 \(5\.2\.2.*2,500 MCI") as refused:
        advance(session, filed.id, deed("approve"))
    assert [each.rule for each in refused.value.findings] == ["746-LN-09"]
    assert case(session, filed.id).state == "concluded-positive"


def test_a_refusal_keeps_its_reasons(session: Session) -> None:
    """What blocks is kept with the refusal, beside the words of the officer."""
    filed = walk(session, lending(session).file(amount="7000000.00"), ("take-up", "refuse"))
    last = case(session, filed.id).steps[-1]
    assert (last.state, last.why) == ("refused", "as the committee decided")
    assert "746-LN-09" in [each["rule"] for each in last.findings if each["severity"] == "blocks"]


def test_a_refusal_needs_a_reason(session: Session) -> None:
    """No words, no refusal."""
    filed = walk(session, lending(session).file(), ("take-up",))
    with pytest.raises(ReasonMissing):
        advance(session, filed.id, deed("refuse", why=" "))


def test_an_amendment_changes_facts_from_then_on(session: Session) -> None:
    """The earlier step keeps its facts, and the amended application is judged anew."""
    filed = lending(session).file(amount="7000000.00")
    amended = advance(session, filed.id, deed("amend", changes={"amount": "6000000.00"}))
    assert (filed.facts["amount"], amended.facts["amount"]) == ("7000000.00", "6000000.00")
    assert not [each for each in amended.steps[-1].findings if each["severity"] == "blocks"]
    assert walk(session, amended, TO_APPROVAL).state == "decided"


@pytest.mark.parametrize("changes", [{"applied_on": "2018-01-01"}, {"borrower": {}}, {"edition": "919"}])
def test_what_the_filing_settles_stays(session: Session, changes: dict[str, object]) -> None:
    """Who applied, when, and under which edition is not amended."""
    filed = lending(session).file()
    with pytest.raises(FactsFixed):
        advance(session, filed.id, deed("amend", changes=changes))


def test_a_number_is_used_once(session: Session) -> None:
    """A lender has one application of a number."""
    own = lending(session)
    own.file(number="A-1")
    with pytest.raises(ApplicationTaken):
        own.file(number="A-1")


def test_steps_are_in_order_of_days(session: Session) -> None:
    """A step is not dated before the one it follows."""
    filed = walk(session, lending(session).file(), ("take-up",), date(2019, 3, 20))
    with pytest.raises(StepTooEarly, match="2019-03-20"):
        advance(session, filed.id, deed("withdraw", date(2019, 3, 19)))


@pytest.mark.parametrize("channel", ["petition", "referral"])
def test_a_channel_needs_its_paper(session: Session, channel: str) -> None:
    """A petition of the chamber or a referral of the centre is among the papers."""
    own = lending(session)
    with pytest.raises(PaperMissing):
        own.file(channel=channel)
    filed = own.file(channel=channel, documents=(paper(channel),))
    assert documents(session, filed.id) == [paper(channel)]


def test_a_referral_is_read_from_its_paper(session: Session) -> None:
    """Number and date of the referral are facts of the application."""
    filed = lending(session).file(channel="referral", documents=(paper("referral", number="31"),), referral=None)
    assert filed.facts["referral"] == {"number": "31", "issued_on": "2019-03-15"}


def test_nothing_is_approved_before_it_is_known(session: Session) -> None:
    """What a contract needs has to be there when it is approved."""
    filed = walk(session, lending(session).file(method=None), ("take-up", "conclude-positive"))
    with pytest.raises(FactsMissing, match="method"):
        advance(session, filed.id, deed("approve"))


def test_somebody_applies(session: Session) -> None:
    """An application without the number of its borrower is nobody's."""
    with pytest.raises(FactsMissing, match="id_number"):
        lending(session).file(borrower={"kind": "cooperative"})


def test_steps_are_never_changed(session: Session) -> None:
    """The database refuses to rewrite a step."""
    lending(session).file()
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE application_step SET why = ''"))


@pytest.mark.parametrize(
    ("kind", "code", "funder", "expected"),
    [
        ("mfo", "mfo-1", "acc", {"type": "mfo", "funded_by": "acc"}),
        ("operator", "acc", "akimat-11", {"type": "acc", "funded_by": None}),
        ("operator", "damu", "akimat-11", {"type": "damu", "funded_by": None}),
    ],
)
def test_a_lender_is_told_by_its_agreement(kind: str, code: str, funder: str, expected: dict[str, str | None]) -> None:
    """The type of lender and the operator that funds it follow from the two parties."""
    assert lender_facts(kind, code, funder) == expected
