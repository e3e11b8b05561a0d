"""What must not happen twice does not happen twice, whoever does it at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from guarantees.allocations import adjust
from guarantees.contracts import conclude
from guarantees.payouts import Payout, pay
from guarantees.refusals import AllocationExhausted
from guarantees.standing import allocation
from guarantees.transfers import transfer_first
from guarantees.values import Proposal
from ledger.money import tenge
from ledger.unit_of_work import perform
from tests.guarantees.test_transfers import START
from tests.guarantees.world import DEFAULTED, discrepancies, world
from tests.lending.microcredits.lender import SIGNED


def test_fifty_signings_for_forty(committed_engine: Engine) -> None:
    """Commission of one contract is 255 000 tenge; forty fit, ten are refused, and the books agree."""

    def prepare(session: Session) -> tuple[int, list[Proposal]]:
        own = world(session)
        transfer_first(session, own.allocation, START, approved_by="akim")
        adjust(session, own.allocation, SIGNED, tenge(40 * 255_000 - 10_000_000), "D-1")
        return own.allocation, [own.proposal(own.loan("1000000")) for _ in range(50)]

    allocation_id, proposals = perform(committed_engine, prepare)

    def sign(proposal: Proposal) -> bool:
        try:
            perform(committed_engine, lambda session: conclude(session, [proposal], made_by=proposal.number))
        except AllocationExhausted:
            return False
        return True

    with ThreadPoolExecutor(10) as officers:
        signed = list(officers.map(sign, proposals))
    assert signed.count(True) == 40
    with Session(committed_engine) as session:
        assert allocation(session, allocation_id).left == 0
        assert discrepancies(session) == []


def test_a_claim_paid_by_many_at_once(committed_engine: Engine) -> None:
    """Eight cashiers pay one claim: all hold the same receipt, and the money moved once."""

    def prepare(session: Session) -> int:
        own = world(session)
        _, guarantee_id = own.guaranteed_loan()
        return own.accepted(guarantee_id, {"overdue-principal": "3400000", "future-principal": "5100000"})

    claim_id = perform(committed_engine, prepare)

    def cashier(number: int) -> Payout:
        return perform(committed_engine, lambda session: pay(session, claim_id, DEFAULTED, made_by=f"cashier-{number}"))

    with ThreadPoolExecutor(8) as cashiers:
        receipts = set(cashiers.map(cashier, range(8)))
    assert [receipt.amount for receipt in receipts] == [850_000_000]
    with Session(committed_engine) as session:
        assert discrepancies(session) == []
