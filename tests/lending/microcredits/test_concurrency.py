"""Two at once: the last tenge of a lot is lent once, a loan is paid out once, a file is accepted once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from ledger.errors import NesieError
from ledger.money import tenge
from ledger.unit_of_work import perform
from lending.chain.refusals import NotEnoughMoney
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.refusals import ContractTaken, MoreThanAgreed
from lending.microcredits.values import Disbursal
from tests.lending.microcredits.lender import SIGNED, lender


def at_once(engine: Engine, works: Sequence[Callable[[Session], Any]]) -> list[Any]:
    """What each work gives or is refused with, all begun in transactions of their own at the same moment."""
    start = Barrier(len(works))

    def run(work: Callable[[Session], Any]) -> Any:
        def together(session: Session) -> Any:
            session.connection()
            start.wait(timeout=20)
            return work(session)

        try:
            return perform(engine, together)
        except NesieError as error:
            return type(error)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_the_last_tenge_is_lent_once(committed_engine: Engine) -> None:
    """Two loans of all that a lender has: one is paid out, the other is refused, and the lot is at nothing."""

    def prepare(session: Session) -> tuple[int, list[int]]:
        own = lender(session, "3000000")
        return own.id, conclude(session, [own.contract(), own.contract()])

    book, loan_ids = perform(committed_engine, prepare)
    works = [
        lambda session, loan_id=loan_id: disburse(session, [Disbursal(loan_id, tenge(3_000_000), SIGNED)])
        for loan_id in loan_ids
    ]
    results = at_once(committed_engine, works)
    assert results.count(NotEnoughMoney) == 1
    left = perform(
        committed_engine, lambda session: balance_tiyn(session, "programme-cash", book=book, effective_on=SIGNED)
    )
    assert left == 0


def test_a_loan_is_paid_out_once(committed_engine: Engine) -> None:
    """The same loan paid out by two at once is paid out by one."""
    [loan_id] = perform(committed_engine, lambda session: conclude(session, [lender(session).contract()]))
    pay_out = Disbursal(loan_id, tenge(3_000_000), SIGNED)
    results = at_once(committed_engine, [lambda session: disburse(session, [pay_out])] * 2)
    assert results.count(MoreThanAgreed) == 1


def test_a_contract_is_concluded_once(committed_engine: Engine) -> None:
    """One contract recorded by two at once is recorded by one, and the other is told so."""
    signed = perform(committed_engine, lambda session: lender(session).contract())
    results = at_once(committed_engine, [lambda session: conclude(session, [signed])] * 2)
    assert results.count(ContractTaken) == 1
