"""The register of guarantees, the absorption of commissions and the claims can be worked out again from their rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from guarantees.contracts import cancel
from guarantees.month_end import earn, end, follow
from guarantees.policy import default_practice
from guarantees.recoveries import Received, pass_on, recover
from guarantees.transfers import request_remainder, transfer_first, transfer_remainder
from ledger.money import tenge
from ledger.periods import states
from reports.claims import CLAIMS_PAID
from reports.commissions import COMMISSIONS
from reports.exports import csv_file, json_file
from reports.family import ReportFamily, ReportRequest
from reports.guarantees import GUARANTEES
from reports.periods import parse_period
from reports.report import Section
from reports.words import LANGUAGES
from tests.guarantees.world import MILLION, World, world
from tests.reports.sections import column, total

START, MAY, JULY, DEFAULTED, SEPTEMBER = (
    date(2019, 3, 4), date(2019, 5, 20), date(2019, 7, 31), date(2019, 8, 1), date(2019, 9, 2),
)  # fmt: skip


@pytest.fixture
def year(session: Session) -> World:
    """A year of an allocation of ten million: both transfers, a contract cancelled, a claim paid, some recovered."""
    own = world(session)
    transfer_first(session, own.allocation, START, approved_by="akim")
    _, guarantee_id = own.guaranteed_loan(number="G-A")
    own.guarantee(own.loan("4000000"), number="G-B")
    own.guarantee(own.loan("8000000"), "0.50", number="G-C")
    cancel(session, own.guarantee(own.loan("2000000"), "0.50", number="G-D"), MAY, made_by="officer", reason="")
    own.guarantee(own.loan("6000000"), "0.50", number="G-E")
    asked = request_remainder(session, own.allocation, MAY, requested_by="officer")
    transfer_remainder(session, asked.id, MAY, approved_by="akim")
    own.paid(guarantee_id, {"overdue-principal": "4000000", "future-principal": "5100000", "interest": "50000"})
    found = recover(session, Received(
        guarantee_id=guarantee_id, received_on=SEPTEMBER, received_by="lender", amount=tenge(1_000_000),
        bank_reference="R-1",
    ))  # fmt: skip
    pass_on(session, found.id, SEPTEMBER)
    return own


def sections(own: World, family: ReportFamily, organisation: str | None = None) -> Sequence[Section]:
    """The sections of the report of 2019."""
    return family.report(own.session, ReportRequest(period=parse_period("2019"), organisation=organisation)).sections


def test_the_register_is_worked_out_by_hand(year: World) -> None:
    """Loan times share is the guarantee, times rate the commission; the risk follows from what is unpaid and paid."""
    _, register = sections(year, GUARANTEES)
    names = ("amount", "guarantee-share", "guarantee", "commission-rate", "commission", "state")
    for amount, share, guarantee, rate, commission, state in zip(
        *(column(register, each) for each in names), strict=True
    ):
        assert isinstance(amount, int)
        assert isinstance(share, Decimal)
        assert isinstance(rate, Decimal)
        live = 0 if "cancelled" in str(state) else 1
        assert (guarantee, commission) == (live * amount * share, live * amount * share * rate)
    assert column(register, "guarantee-number") == ["G-A", "G-B", "G-C", "G-D", "G-E"]
    assert column(register, "paid-on-claims")[0] == 765_000_000


def test_a_month_end_books_what_the_register_computes(year: World) -> None:
    """After the steps of a close, risk as booked and as computed agree in every row."""
    books, on = list(states(year.session, START)), date(2019, 12, 31)
    end(year.session, on, books)
    follow(year.session, on, books)
    earn(year.session, on, books, default_practice())
    _, register = sections(year, GUARANTEES)
    assert column(register, "exposure") == column(register, "exposure-booked")
    assert total(register, "commission") == 567_000_000


def test_everybody_sees_his_own(year: World) -> None:
    """The guarantor, the lender, the akimat and the operator of the money see the guarantees; a bank sees none."""
    seen = {
        code: len(sections(year, GUARANTEES, organisation=code)[1].rows)
        for code in ("kazagrogarant", "mfo", "akimat", "acc", "bank")
    }
    assert seen == {"kazagrogarant": 5, "mfo": 5, "akimat": 5, "acc": 5, "bank": 0}


def test_absorption_runs_through_the_halves(year: World) -> None:
    """The contract that straddles the first half of five million is split; what was cancelled is given back."""
    pools, absorbed, moved = sections(year, COMMISSIONS)
    assert column(absorbed, "absorbed-through") == [
        255_000_000, 357_000_000, 477_000_000, 507_000_000, 597_000_000, 567_000_000,
    ]  # fmt: skip
    assert total(absorbed, "from-first-half") == 5 * MILLION
    assert total(absorbed, "commission") == column(pools, "absorbed")[0] == 567_000_000
    assert column(pools, "capacity") == [433_000_000 * 10 // 3]
    assert column(moved, "amount") == [5 * MILLION, 67_000_000]
    assert column(moved, "justified-by") == [None, "G-E: 670000.00"]


def test_a_claim_is_explained_line_by_line(year: World) -> None:
    """Debt, share, what was claimed, what is payable and why they differ; recoveries with both debts before."""
    register, calculation, recoveries = sections(year, CLAIMS_PAID)
    assert column(calculation, "debt")[:2] == [400_000_000, 600_000_000]
    assert column(calculation, "payable") == [340_000_000, 510_000_000, 0, 0]
    assert [str(each).split("'")[1] for each in column(calculation, "explanation")] == [
        "claim-reason.above-share", "claim-reason.agrees", "claim-reason.not-covered", "claim-reason.agrees",
    ]  # fmt: skip
    assert total(register, "difference") == 65_000_000
    assert column(recoveries, "guarantor-part") == [85_000_000]
    assert (column(recoveries, "guarantor-debt"), column(recoveries, "lender-debt")) == ([850_000_000], [150_000_000])


@pytest.mark.parametrize("family", [GUARANTEES, COMMISSIONS, CLAIMS_PAID], ids=lambda each: each.name)
def test_every_language_has_the_words(year: World, family: ReportFamily) -> None:
    """The files come out in Kazakh, Russian and English."""
    report = family.report(year.session, ReportRequest(period=parse_period("2019")))
    for lang in LANGUAGES:
        assert csv_file(report, lang)
        assert json_file(report, lang)
