"""The accounting of lending: each business event and the entries it makes, on one page.

Every function is pure: values in, an `Event` out, balanced in every book it touches. Amounts are whole tiyn,
debits positive. Subjects: ``facility:<id>``, ``lot:<id>``, ``loan:<id>``. Sums of zero make no leg. Programme
money lives in ``programme-cash`` by lot; interest, penalties and own money in ``cash``. The republican budget and
the buyer of bonds have no bank account here: their money is ``treasury``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.entries import Event, entry


def facility(facility_id: int) -> str:
    """Subject of a facility."""
    return f"facility:{facility_id}"


def lot(lot_id: int) -> str:
    """Subject of a lot."""
    return f"lot:{lot_id}"


def loan(loan_id: int) -> str:
    """Subject of a microcredit."""
    return f"loan:{loan_id}"


@dataclass(frozen=True, slots=True)
class Parties:
    """The two books of a facility; ``lender_is_treasury`` when the lender's money is the budget itself."""

    facility_id: int
    lender: int
    borrower: int
    lender_is_treasury: bool


Legs = list[tuple[str, str, int]]


def _lender_money(parties: Parties, amounts: Mapping[int, int], sign: int) -> Legs:
    """Legs of the lender's money moving by ``sign``, by lot, or in one sum when it is the treasury's."""
    if parties.lender_is_treasury:
        return [("treasury", "", sign * sum(amounts.values()))]
    return [("programme-cash", lot(lot_id), sign * amount) for lot_id, amount in amounts.items()]


def drawdown(parties: Parties, on: date, drawn: Mapping[int, int], into_lot: int) -> Event:
    """The lender pays ``drawn`` (tiyn by its own lots; key 0 for the treasury) into the borrower's fresh lot."""
    total, name = sum(drawn.values()), facility(parties.facility_id)
    return Event("drawdown", on, name, (
        entry(parties.lender, [("facility-principal", name, total), *_lender_money(parties, drawn, -1)]),
        entry(parties.borrower, [("programme-cash", lot(into_lot), total), ("facility-debt", name, -total)]),
    ))  # fmt: skip


def facility_accrual(parties: Parties, on: date, interest: int) -> Event:
    """Interest of a facility accrued in both books; a negative amount takes an accrual back."""
    name = facility(parties.facility_id)
    return Event("facility-accrual", on, name, (
        entry(parties.lender, [("facility-interest-receivable", name, interest),
                               ("facility-interest-income", name, -interest)]),
        entry(parties.borrower, [("facility-interest-expense", name, interest),
                                 ("facility-interest-payable", name, -interest)]),
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class FacilityPayment:
    """A payment up one link: interest, principal from lots (tiyn by the payer's lot) and from own money.

    ``accrued`` is interest to accrue first, up to the day; ``into_lots`` the lots of the payee that the principal
    enters (tiyn by lot; ignored when the payee is the treasury).
    """

    interest: int
    accrued: int
    from_lots: Mapping[int, int]
    own_money: int
    into_lots: Mapping[int, int]

    @property
    def principal(self) -> int:
        """All the principal paid, in tiyn."""
        return sum(self.from_lots.values()) + self.own_money


def facility_payment(parties: Parties, on: date, payment: FacilityPayment) -> Event:
    """Interest and principal paid by the borrower organisation to its lender."""
    name = facility(parties.facility_id)
    principal, interest, accrued = payment.principal, payment.interest, payment.accrued
    interest_account = "treasury" if parties.lender_is_treasury else "cash"
    into = {0: principal} if parties.lender_is_treasury else payment.into_lots
    return Event("facility-payment", on, name, (
        entry(parties.borrower, [
            ("facility-interest-expense", name, accrued), ("facility-interest-payable", name, interest - accrued),
            ("facility-debt", name, principal), ("cash", "", -interest - payment.own_money),
            *_lots(payment.from_lots, -1),
        ]),
        entry(parties.lender, [
            ("facility-interest-income", name, -accrued), ("facility-interest-receivable", name, accrued - interest),
            ("facility-principal", name, -principal), (interest_account, "", interest),
            *_lender_money(parties, into, 1),
        ]),
    ))  # fmt: skip


def _lots(amounts: Mapping[int, int], sign: int) -> Legs:
    return [("programme-cash", lot(lot_id), sign * amount) for lot_id, amount in amounts.items()]


def budget_return_due(parties: Parties, on: date, amount: int) -> Event:
    """Money whose time ran out: from now on owed back, in both books of the link."""
    name = facility(parties.facility_id)
    return Event("budget-return-due", on, name, (
        entry(parties.borrower, [("facility-debt", name, amount), ("facility-return-payable", name, -amount)]),
        entry(parties.lender, [("facility-return-receivable", name, amount), ("facility-principal", name, -amount)]),
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReturnLink:
    """One link that returned money passes: ``due`` where it was already owed back, else it pays principal down.

    ``amount`` (tiyn) leaves the payer's ``from_lot`` and enters the payee's ``into_lot``, ``None`` for the treasury.
    """

    parties: Parties
    due: bool
    amount: int
    from_lot: int
    into_lot: int | None


def budget_return_paid(on: date, links: Sequence[ReturnLink]) -> Event:
    """Money returned to the budget through every link in one event, from the lowest link up."""
    entries: dict[int, Legs] = {}
    for link in links:
        name, tiyn = facility(link.parties.facility_id), link.amount
        payable, receivable = (
            ("facility-return-payable", "facility-return-receivable")
            if link.due else ("facility-debt", "facility-principal")
        )  # fmt: skip
        into = ("treasury", "", tiyn) if link.into_lot is None else ("programme-cash", lot(link.into_lot), tiyn)
        paid = [(payable, name, tiyn), ("programme-cash", lot(link.from_lot), -tiyn)]
        entries.setdefault(link.parties.borrower, []).extend(paid)
        entries.setdefault(link.parties.lender, []).extend([(receivable, name, -tiyn), into])
    source = facility(links[0].parties.facility_id)
    return Event("budget-return-paid", on, source, tuple(entry(book, legs) for book, legs in entries.items()))


def own_money_paid_in(book: int, on: date, amount: int, equity: str = "capital") -> Event:
    """Own money of an organisation from its owners (``capital``) or from its local budget (``treasury``)."""
    return Event("own-money", on, "", (entry(book, [("cash", "", amount), (equity, "", -amount)]),))


def disbursement(lender: int, loan_id: int, on: date, from_lots: Mapping[int, int]) -> Event:
    """A microcredit, or a tranche of it, paid out of the lender's lots."""
    name, total = loan(loan_id), sum(from_lots.values())
    return Event("disbursement", on, name, (
        entry(lender, [("loan-principal", name, total), *_lots(from_lots, -1)]),
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class RepaymentSplit:
    """What a borrower's payment settles, in tiyn, each part split into what stands as overdue in the books.

    ``received`` is money in; ``overpayment`` is what is left with the lender, negative when an earlier one is
    used; ``accrued`` and ``penalty_accrued`` are to accrue first. ``into_lots`` takes the whole principal, by lot.
    """

    received: int
    accrued: int
    principal: int
    principal_overdue: int
    interest: int
    interest_overdue: int
    penalty: int
    penalty_accrued: int
    overpayment: int
    into_lots: Mapping[int, int]


def repayment(lender: int, loan_id: int, on: date, split: RepaymentSplit) -> Event:
    """A payment of the borrower: principal back into programme lots, the rest into own money."""
    name = loan(loan_id)
    principal = split.principal + split.principal_overdue
    return Event("repayment", on, name, (
        entry(lender, [
            ("loan-interest-income", name, -split.accrued), ("loan-interest", name, split.accrued - split.interest),
            ("loan-interest-overdue", name, -split.interest_overdue),
            ("penalty-income", name, -split.penalty_accrued),
            ("loan-penalty", name, split.penalty_accrued - split.penalty),
            ("loan-principal", name, -split.principal), ("loan-principal-overdue", name, -split.principal_overdue),
            ("overpayment", name, -split.overpayment), ("cash", "", split.received - principal),
            *_lots(split.into_lots, 1),
        ]),
    ))  # fmt: skip


def overpayment_refund(lender: int, loan_id: int, on: date, amount: int) -> Event:
    """An overpayment given back to the borrower."""
    return Event("overpayment-refund", on, loan(loan_id), (
        entry(lender, [("overpayment", loan(loan_id), amount), ("cash", "", -amount)]),
    ))  # fmt: skip


def fine(lender: int, loan_id: int, on: date, amount: int) -> Event:
    """A fine demanded of a borrower for a breach of the agreement; penalties for lateness earn other income."""
    return Event("fine", on, loan(loan_id), (
        entry(lender, [("loan-penalty", loan(loan_id), amount), ("fine-income", loan(loan_id), -amount)]),
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """All that is owed of a loan, in tiyn, each part split into what stands as overdue in the books.

    ``accrued`` and ``penalty_accrued`` are to accrue first and are in the parts. ``provision`` is what is held;
    ``into_lots`` the principal that the lender puts back out of its own money, by lot.
    """

    accrued: int
    principal: int
    principal_overdue: int
    interest: int
    interest_overdue: int
    penalty: int
    penalty_accrued: int
    provision: int
    into_lots: Mapping[int, int]

    @property
    def total(self) -> int:
        """What is lost, provisions aside."""
        return self.principal + self.principal_overdue + self.interest + self.interest_overdue + self.penalty


def write_off(lender: int, loan_id: int, on: date, loss: Loss) -> Event:
    """A loan leaves the books: the provision bears it first, the expense the rest; the claim is kept off balance."""
    name = loan(loan_id)
    return Event("write-off", on, name, (
        entry(lender, [
            ("loan-interest-income", name, -loss.accrued), ("penalty-income", name, -loss.penalty_accrued),
            ("loan-provision", name, loss.provision), ("provision-expense", name, loss.total - loss.provision),
            ("loan-principal", name, -loss.principal), ("loan-principal-overdue", name, -loss.principal_overdue),
            ("loan-interest", name, loss.accrued - loss.interest),
            ("loan-interest-overdue", name, -loss.interest_overdue),
            ("loan-penalty", name, loss.penalty_accrued - loss.penalty),
            *_lots(loss.into_lots, 1), ("cash", "", -sum(loss.into_lots.values())),
            ("written-off", name, loss.total), ("memorandum-contra", "", -loss.total),
        ]),
    ))  # fmt: skip


def recovery(lender: int, loan_id: int, on: date, amount: int, into_lots: Mapping[int, int]) -> Event:
    """Money of a loan written off: income, whether it makes lots whole or stays the lender's."""
    name = loan(loan_id)
    return Event("loan-recovery", on, name, (
        entry(lender, [
            *_lots(into_lots, 1), ("cash", "", amount - sum(into_lots.values())), ("recovery-income", name, -amount),
            ("memorandum-contra", "", amount), ("written-off", name, -amount),
        ]),
    ))  # fmt: skip


def penalty_waiver(lender: int, loan_id: int, on: date, amount: int, accrued: int) -> Event:
    """Penalty forgiven, once what was charged to the day is ``accrued``."""
    name = loan(loan_id)
    return Event("penalty-waiver", on, name, (
        entry(lender, [
            ("penalty-income", name, -accrued), ("loan-penalty", name, accrued - amount),
            ("penalty-waived", name, amount),
        ]),
    ))  # fmt: skip


#: Month-end entries over many loans, built as columns by `lending.loan_months`: the account debited and the account
#: credited for each loan. ``accrual`` is interest earned; ``principal-arrears`` and ``interest-arrears`` move what fell
#: due and was not paid to the overdue account (negative: back); ``penalty`` is what overdue sums cost; ``provision`` is
#: the change of the provision.
MONTH_END_ACCOUNTS = {
    "accrual": ("loan-interest", "loan-interest-income"),
    "principal-arrears": ("loan-principal-overdue", "loan-principal"),
    "interest-arrears": ("loan-interest-overdue", "loan-interest"),
    "penalty": ("loan-penalty", "penalty-income"),
    "provision": ("provision-expense", "loan-provision"),
}
