"""The accounting of guarantees: each business event and the entries it makes, on one page.

Every function is pure: values in, an `Event` out, balanced in every book it touches. Amounts are whole tiyn, debits
positive. Subjects: ``guarantee:<id>``, ``allocation:<id>``, ``claim:<id>``. What a guarantor may have to pay is kept
off the balance in both books; an advance and a debt on commissions never stand together. A payout is a loss of the
guarantor from the day its claim is accepted; the debt of the borrower that passes to him is provided for in whole
and brings the loss down as it is recovered. The borrower pays for nothing (919-GU-04, 746-GU-03). What a payout does
to the loan is booked by lending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.entries import Event, entry

Legs = list[tuple[str, str, int]]


def guarantee(guarantee_id: int) -> str:
    """Subject of a guarantee."""
    return f"guarantee:{guarantee_id}"


def allocation(allocation_id: int) -> str:
    """Subject of an allocation of commissions."""
    return f"allocation:{allocation_id}"


def claim(claim_id: int) -> str:
    """Subject of a claim."""
    return f"claim:{claim_id}"


@dataclass(frozen=True, slots=True)
class Payer:
    """The two books of an allocation: the akimat that pays commissions and the guarantor that earns them."""

    allocation_id: int
    akimat: int
    guarantor: int


@dataclass(frozen=True, slots=True)
class Secured:
    """The books of a guarantee: the guarantor's and the lender's."""

    guarantee_id: int
    guarantor: int
    lender: int


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Commission that a change of a guarantee absorbs; all negative when it is given back.

    ``from_advance`` is the part met by money already transferred, the rest is owed by the akimat. ``earned`` is the
    part that has become income, to be taken back when commission is given back.
    """

    commission: int
    from_advance: int
    earned: int = 0


def _exposure(guarantee_id: int, amount: int) -> tuple[Legs, Legs]:
    """Off-balance legs of the guarantor and of the lender for ``amount`` more at risk."""
    name = guarantee(guarantee_id)
    return (
        [("guarantee-issued", name, -amount), ("memorandum-contra", "", amount)],
        [("guarantee-received", name, amount), ("memorandum-contra", "", -amount)],
    )


def changed(
    kind: str, on: date, secured: Secured, payer: Payer, *, exposure: int, absorbed: Absorbed
) -> Event:  # fmt: skip
    """A guarantee concluded, amended or cancelled: its risk in two books and its commission in two."""
    name, pool = guarantee(secured.guarantee_id), allocation(payer.allocation_id)
    total, ahead, owed = absorbed.commission, absorbed.from_advance, absorbed.commission - absorbed.from_advance
    risk, security = _exposure(secured.guarantee_id, exposure)
    books: list[tuple[int, Legs]] = [
        (secured.guarantor, [
            *risk, ("commission-received-ahead", pool, ahead), ("commission-receivable", pool, owed),
            ("commission-deferred", name, -total - absorbed.earned), ("commission-income", name, absorbed.earned),
        ]),
        (secured.lender, security),
        (payer.akimat, [
            ("commission-expense", name, total), ("commission-advance", pool, -ahead),
            ("commission-payable", pool, -owed),
        ]),
    ]  # fmt: skip
    return Event(kind, on, name, tuple(entry(book, legs) for book, legs in books if any(leg[2] for leg in legs)))


def transfer(kind: str, on: date, payer: Payer, amount: int, settles: int) -> Event:
    """Commission money from akimat to guarantor (back when negative); ``settles`` of it pays what is owed."""
    pool = allocation(payer.allocation_id)
    ahead = amount - settles
    return Event(kind, on, pool, (
        entry(payer.akimat, [
            ("commission-payable", pool, settles), ("commission-advance", pool, ahead), ("cash", "", -amount),
        ]),
        entry(payer.guarantor, [
            ("cash", "", amount), ("commission-receivable", pool, -settles),
            ("commission-received-ahead", pool, -ahead),
        ]),
    ))  # fmt: skip


def carried(on: date, payer: Payer, into: Payer, amount: int, settles: int) -> Event:
    """Unused commission passes to another allocation of the same two, ``settles`` of it to what is owed there."""
    old, new = allocation(payer.allocation_id), allocation(into.allocation_id)
    ahead = amount - settles
    return Event("commission-carried", on, old, (
        entry(payer.akimat, [
            ("commission-advance", old, -amount), ("commission-advance", new, ahead),
            ("commission-payable", new, settles),
        ]),
        entry(payer.guarantor, [
            ("commission-received-ahead", old, amount), ("commission-received-ahead", new, -ahead),
            ("commission-receivable", new, -settles),
        ]),
    ))  # fmt: skip


def exposures(on: date, guarantor: int, lender: int, amounts: Mapping[int, int]) -> Event:
    """Risk of many guarantees between one guarantor and one lender changed by tiyn, by guarantee."""
    both = [_exposure(guarantee_id, amount) for guarantee_id, amount in amounts.items()]
    return Event("guarantee-exposure", on, "", (
        entry(guarantor, [leg for risk, _ in both for leg in risk]),
        entry(lender, [leg for _, security in both for leg in security]),
    ))  # fmt: skip


def income(on: date, guarantor: int, amounts: Mapping[int, int]) -> Event:
    """Deferred commission of many guarantees that has become income, in tiyn by guarantee."""
    return Event("commission-income", on, "", (
        entry(guarantor, [
            leg
            for guarantee_id, amount in amounts.items()
            for leg in (
                ("commission-deferred", guarantee(guarantee_id), amount),
                ("commission-income", guarantee(guarantee_id), -amount),
            )
        ]),
    ))  # fmt: skip


def claim_accepted(on: date, secured: Secured, claim_id: int, amount: int) -> Event:
    """A claim found payable: a loss and a debt of the guarantor; the lender awaits money towards the loan."""
    name = claim(claim_id)
    return Event("claim-accepted", on, name, (
        entry(secured.guarantor, [
            ("guarantee-loss", guarantee(secured.guarantee_id), amount), ("claim-payable", name, -amount),
        ]),
        entry(secured.lender, [("claim-receivable", name, amount), ("claim-proceeds", name, -amount)]),
    ))  # fmt: skip


def claim_paid(on: date, secured: Secured, claim_id: int, amount: int, exposure: int) -> Event:
    """An accepted claim paid: the debt passes to the guarantor (provided for in whole), the risk changes.

    ``exposure`` is the change of what is still at risk. The money reaches the loan by lending's own event.
    """
    name, debt = claim(claim_id), guarantee(secured.guarantee_id)
    risk, security = _exposure(secured.guarantee_id, exposure)
    return Event("claim-paid", on, name, (
        entry(secured.guarantor, [
            ("claim-payable", name, amount), ("cash", "", -amount),
            ("subrogated-debt", debt, amount), ("subrogated-provision", debt, -amount), *risk,
        ]),
        entry(secured.lender, [("claim-proceeds", name, amount), ("claim-receivable", name, -amount), *security]),
    ))  # fmt: skip


def recovered(on: date, secured: Secured, amount: int, *, by_lender: bool) -> Event:
    """The guarantor's part of money recovered from the borrower, received by the lender or by the guarantor."""
    name = guarantee(secured.guarantee_id)
    money = ("recovery-receivable", name, amount) if by_lender else ("cash", "", amount)
    entries = [
        entry(secured.guarantor, [
            money, ("subrogated-debt", name, -amount),
            ("subrogated-provision", name, amount), ("guarantee-loss", name, -amount),
        ]),
    ]  # fmt: skip
    if by_lender:
        entries.append(entry(secured.lender, [("cash", "", amount), ("recovery-payable", name, -amount)]))
    return Event("recovery", on, name, tuple(entries))


def recovery_passed_on(on: date, secured: Secured, amount: int) -> Event:
    """The guarantor's part of a recovery paid over by the lender that received it."""
    name = guarantee(secured.guarantee_id)
    return Event("recovery-passed-on", on, name, (
        entry(secured.lender, [("recovery-payable", name, amount), ("cash", "", -amount)]),
        entry(secured.guarantor, [("cash", "", amount), ("recovery-receivable", name, -amount)]),
    ))  # fmt: skip
