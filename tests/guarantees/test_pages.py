"""The worked examples of the pages on guarantees come out as printed, by way of the services and their books."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from guarantees.claims import calculation, present
from guarantees.recoveries import shares
from guarantees.standing import allocation, guarantee
from guarantees.transfers import first_half, request_remainder, transfer_first
from ledger.money import from_tiyn, tenge, to_tiyn
from tests.guarantees.test_transfers import START
from tests.guarantees.world import DEFAULTED, world
from tests.lending.amortisation.worked_pages import Rows, tables, worked


def tiyn(text: str) -> int:
    """Tiyn of a printed amount."""
    return to_tiyn(tenge(text))


def written(*amounts: int) -> list[str]:
    """Amounts as the pages print them."""
    return [str(from_tiyn(each).amount) for each in amounts]


def test_a_year_of_commissions(session: Session) -> None:
    """Each contract of the page absorbs what its line says, and the request asks for what is owed at the end."""
    [example] = worked("guarantee-commissions")
    own = world(session, example.given["allocation"])
    transfer_first(session, own.allocation, START, approved_by="akim")
    found: Rows = []
    for amount, share in example.given["contracts"]:
        standing = guarantee(session, own.guarantee(own.loan(amount), share))
        pool = allocation(session, own.allocation)
        half = first_half(pool.amount, pool.first_share)
        first = min(pool.absorbed, half) - min(pool.absorbed - standing.commission, half)
        cells = written(
            tiyn(amount), standing.amount, standing.commission, pool.absorbed, first, standing.commission - first,
            pool.left, pool.ahead, pool.owed,
        )  # fmt: skip
        found.append(dict(zip(example.rows[0], cells, strict=True)))
    assert found == example.rows
    asked = request_remainder(session, own.allocation, START, requested_by="officer")
    assert written(*(line.uncovered for line in asked.lines)) == [row["remainder"] for row in found[2:]]
    assert written(asked.amount) == [found[-1]["owed"]]


def test_a_claim_on_a_partly_repaid_loan(session: Session) -> None:
    """The lines of the calculation are those of the page."""
    [example] = worked("guarantee-claims")
    given: dict[str, Any] = example.given
    own = world(session)
    loan_id, guarantee_id = own.guaranteed_loan(given["loan"], given["share"])
    own.repay(loan_id, given["paid"], date(2019, 4, 15))
    claim_id = present(session, own.demand(guarantee_id, given["claimed"]))
    assert [
        dict(zip(
            example.rows[0],
            [line.line, *written(line.owed, line.share, line.claimed, line.payable, line.difference), line.reason],
            strict=True,
        ))
        for line in calculation(session, claim_id, DEFAULTED).lines
    ] == example.rows  # fmt: skip


@pytest.mark.parametrize("row", tables("guarantee-claims")[-1])
def test_recoveries(row: dict[str, str]) -> None:
    """Each sum is shared as the page says."""
    debts = tiyn(row["guarantor's debt"]), tiyn(row["lender's debt"])
    assert written(*shares("pro-rata", tiyn(row["recovered"]), *debts)) == [row["guarantor"], row["lender"]]
