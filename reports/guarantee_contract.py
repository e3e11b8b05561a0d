"""The contract of a guarantee as a document: parties, loan, sums, term and conditions, with places for three to sign.

Every figure is that of the card. It is laid out by `reports.documents`, so the bytes depend on the contract and the
language alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.money import from_tiyn
from reports.cards.guarantees import GuaranteeCard
from reports.periods import calendar_period
from reports.report import Column, Parameter, Report, Text, phrase, tabulate

ITEM, CONDITION = Column(key="item", kind="text"), Column(key="condition", kind="text")
PARTY, SIGNATORY, SIGNED = (Column(key=key, kind="text") for key in ("party", "signatory", "hand"))
#: Room to sign in.
LINE = "_" * 24


def guarantee_contract(card: GuaranteeCard) -> Report:
    """The contract behind a card, as it stands."""
    signed = card.of.signed_on
    hands = [
        (phrase(f"contract-party.{party}"), card.signatories.get(party, ""), LINE)
        for party in ("guarantor", "lender", "borrower")
    ]
    return Report(
        name="guarantee-contract", title=phrase("contract.title", number=card.of.number),
        period=calendar_period("month", signed.year, signed.month), organisation=card.guarantor, signatures=(),
        parameters=(Parameter(label=phrase("column.signed-on"), value=signed, kind="date"),),
        sections=(
            tabulate((ITEM, CONDITION), list(_terms(card)), title=phrase("contract.terms")),
            tabulate((PARTY, SIGNATORY, SIGNED), hands, title=phrase("contract.signatures")),
        ),
        notes=(phrase("contract.free"), phrase("contract.term-of-loan")), subject=str(card.of.id),
        tells_period=False,
    )  # fmt: skip


def _terms(card: GuaranteeCard) -> Iterator[tuple[Text, Text]]:
    loan, of = card.loan, card.of
    yield phrase("column.guarantor"), card.guarantor
    yield phrase("column.lender"), card.lender
    yield phrase("column.borrower"), f"{loan.borrower}, {loan.id_number}"
    yield phrase("column.borrower-class"), phrase(f"borrower-class.{card.borrower_class}")
    yield phrase("contract.loan"), phrase("contract.loan-told", number=loan.number, on=loan.signed_on)
    yield phrase("column.amount"), phrase("contract.sum", sum=from_tiyn(loan.amount))
    yield phrase("column.guarantee-share"), phrase("contract.percent", share=round(of.share * 100, 2))
    yield phrase("column.guarantee"), phrase("contract.sum", sum=from_tiyn(of.amount))
    yield phrase("contract.commission"), phrase("contract.sum", sum=from_tiyn(of.commission))
    yield phrase("column.expires-on"), phrase("contract.day", day=of.expires_on)
    yield phrase("column.claims-until"), phrase("contract.day", day=card.claims_until)
    yield phrase("contract.reduction"), phrase(f"reduction.{of.conditions.reduction}")
    yield phrase("contract.default"), phrase("contract.days", days=of.conditions.default_days)
    yield phrase("column.programme"), phrase(f"edition.{loan.edition}")
