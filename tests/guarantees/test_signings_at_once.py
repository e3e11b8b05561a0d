"""Fifty officers sign at the same moment against an allocation that fits forty, and forty guarantees come of it."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from guarantees.allocations import adjust
from guarantees.contracts import conclude
from guarantees.refusals import AllocationExhausted
from guarantees.standing import allocation
from guarantees.transfers import transfer_first
from guarantees.values import Proposal
from ledger.money import tenge
from ledger.unit_of_work import perform
from tests.guarantees.test_transfers import START
from tests.guarantees.world import discrepancies, world
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
