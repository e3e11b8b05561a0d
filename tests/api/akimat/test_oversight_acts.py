"""The story of a loan that is watched, told by acts: proofs, questions, a violation, a demand, a closing by two."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from api.access.matrix import Forbidden
from api.acts.approvals import NotYours, SamePerson
from api.acts.performing import approve
from ledger.errors import NotFound
from lending.oversight.cases import cases
from lending.oversight.jobs import job_statuses
from lending.oversight.violations import violations
from tests.api.akimat.conftest import DAY, Programme

LATER = date(2019, 6, 1)


def proved(programme: Programme, loan_id: int) -> int:
    """Tiyn of a loan that are proved."""
    return int(programme.read(lambda session: cases(session, DAY, loan_ids=[loan_id])[0].confirmed))


def papers(*amounts: str) -> list[dict[str, str]]:
    """Invoices over these sums."""
    return [{"kind": "invoice", "number": f"СФ-{place}", "amount": amount} for place, amount in enumerate(amounts)]


def test_documents_count_when_a_second_person_has_looked(programme: Programme) -> None:
    """Three documents go to the checker at once; together they prove the loan, and only then."""
    officer, approver = programme.somebody("lender-officer"), programme.somebody("lender-approver")
    asked = {"loan_id": programme.made["first"], "on": DAY, "papers": papers("1000000", "1000000", "2000000")}
    waiting = programme.do(officer, "target-use.confirm", **asked)
    assert (waiting.state, proved(programme, programme.made["first"])) == ("awaiting-approval", 0)
    with pytest.raises(Forbidden):
        programme.do(approver, "target-use.confirm", **asked)
    other = programme.somebody("lender-approver")
    assert approve(programme.world, other, waiting.approval_id or 0).state == "done"
    assert proved(programme, programme.made["first"]) == 400_000_000


def test_more_than_was_paid_out_is_refused_before_anybody_waits(programme: Programme) -> None:
    """The maker is told at once that the documents prove too much."""
    with pytest.raises(Exception, match="of what was paid out is unconfirmed"):
        programme.do(
            programme.somebody("lender-officer"), "target-use.confirm", loan_id=programme.made["first"], on=DAY,
            papers=papers("4000000.01"),
        )  # fmt: skip


def test_a_confirmation_is_taken_back_by_two(programme: Programme) -> None:
    """What was accepted by mistake counts no more."""
    officer, approver = programme.somebody("lender-officer"), programme.somebody("lender-approver")
    loan_id = programme.made["first"]
    done = programme.twice(officer, approver, "target-use.confirm", loan_id=loan_id, on=DAY, papers=papers("5"))
    [confirmation] = done.result["confirmations"]
    programme.twice(officer, approver, "target-use.withdraw", loan_id=loan_id, on=DAY, confirmation_id=confirmation)
    assert proved(programme, loan_id) == 0


def test_the_akimat_asks_finds_and_closes_and_the_lender_demands(programme: Programme) -> None:
    """Question, violation and closing are the akimat's, the demand is the lender's; the sums are those of the books."""
    akimat, chief = programme.somebody("akimat-officer"), programme.somebody("akimat-approver")
    officer, approver = programme.somebody("lender-officer"), programme.somebody("lender-approver")
    loan_id = programme.made["first"]
    agreed = {"loan_id": loan_id, "on": date(2019, 3, 1), "document_number": "ДС-1", "fine_share": "0.05"}
    programme.twice(officer, approver, "breach-terms.agree", **agreed)
    request = programme.do(akimat, "explanations.ask", loan_id=loan_id, about="target-use", on=DAY, answer_by=LATER)
    answer = {"question_id": request.result["request"], "on": DAY, "document_number": "П-1"}
    programme.do(akimat, "explanations.answer", **answer)
    found = {"loan_id": loan_id, "breach": "target-use", "amount": "4000000", "on": DAY, "mend_by": LATER}
    violation_id = programme.do(akimat, "violations.find", **found).result["violation_id"]
    letter = {"violation_id": violation_id, "on": DAY, "pay_by": LATER, "document_number": "Т-1"}
    with pytest.raises(Forbidden):
        programme.do(akimat, "violations.demand", **letter)
    programme.twice(officer, approver, "violations.demand", **letter)
    [violation] = programme.read(lambda session: violations(session, DAY, ids=[violation_id]))
    assert violation.fine == 20_000_000
    back = {"violation_id": violation_id, "on": DAY, "reason": "қате", "document_number": "Т-2"}
    programme.twice(officer, approver, "violations.withdraw-demand", **back)
    closing = {"violation_id": violation_id, "resolution": "dismissed", "reason": "құжаттар бар", "on": DAY}
    proposal = programme.do(akimat, "violations.propose", **closing).result["proposal"]
    with pytest.raises(Exception, match="another person"):
        programme.do(akimat, "violations.close", proposal_id=proposal, on=DAY)
    with pytest.raises(Forbidden):
        programme.do(officer, "violations.close", proposal_id=proposal, on=DAY)
    programme.do(chief, "violations.close", proposal_id=proposal, on=DAY)
    [violation] = programme.read(lambda session: violations(session, DAY, ids=[violation_id]))
    assert violation.resolution == "dismissed"


def test_another_lender_sees_no_violation_of_ours(programme: Programme) -> None:
    """Acts on a violation, its proposal, a question and a labour contract do not exist for strangers."""
    akimat, stranger = programme.somebody("akimat-officer"), programme.somebody("lender-officer", at="stranger")
    loan_id = programme.made["first"]
    found = {
        "loan_id": loan_id,
        "breach": "other",
        "amount": "5",
        "on": DAY,
        "mend_by": LATER,
        "rule": "A",
        "clause": "1",
    }
    violation_id = programme.do(akimat, "violations.find", **found).result["violation_id"]
    request = programme.do(akimat, "explanations.ask", loan_id=loan_id, about="other", on=DAY, answer_by=LATER)
    reason = {"resolution": "dismissed", "reason": "x", "on": DAY}
    tries = (
        ("violations.propose", {"violation_id": violation_id, **reason}),
        ("violations.demand", {"violation_id": violation_id, "on": DAY, "pay_by": LATER, "document_number": "1"}),
        ("explanations.answer", {"question_id": request.result["request"], "on": DAY, "document_number": "1"}),
        ("jobs.end", {"contract_id": 1, "last_day": DAY, "on": DAY}),
    )
    for act, asked in tries:
        with pytest.raises((NotFound, NotYours)):
            programme.do(stranger, act, **asked)


def test_people_are_employed_and_proved(programme: Programme) -> None:
    """A labour contract with its papers proves a job; an end empties it again."""
    officer, loan_id = programme.somebody("lender-officer"), programme.made["first"]
    hired = {
        "loan_id": loan_id, "job": 1, "person": "850326436620", "contract_number": "ЕШ-1", "concluded_on": "2019-03-10",
        "starts_on": "2019-03-10", "on": DAY,
    }  # fmt: skip
    contract = programme.do(officer, "jobs.employ", **hired).result["contract"]
    for kind, month in (("referral", None), ("contributions", date(2019, 3, 1))):
        paper = {"contract_id": contract, "evidence_kind": kind, "document_number": "1", "on": DAY, "month": month}
        programme.do(officer, "jobs.prove", **paper)

    def jobs(session: Session) -> int:
        return job_statuses(session, DAY, loan_ids=[loan_id])[0].proved

    assert programme.read(jobs) == 1
    programme.do(officer, "jobs.end", contract_id=contract, last_day=date(2019, 4, 30), on=DAY)
    assert programme.read(jobs) == 0


def test_nobody_approves_their_own_proof(programme: Programme) -> None:
    """The maker is refused even with the approver's role."""
    officer = programme.somebody("lender-officer")
    waiting = programme.do(
        officer, "target-use.confirm", loan_id=programme.made["first"], on=DAY, papers=papers("5")
    )  # fmt: skip
    with pytest.raises(SamePerson):
        approve(programme.world, replace(officer, roles=frozenset({"lender-approver"})), waiting.approval_id or 0)
