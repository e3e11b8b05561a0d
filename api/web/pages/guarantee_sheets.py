"""The tables on cards of guarantees, allocations and claims: which columns they have, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from api.web.sheets import Opens, sheet
from api.web.tables import Table
from guarantees.calculation import Calculation
from ledger.chart import account
from ledger.money import from_tiyn
from reports.cards.allocations import AllocationCard, Proof
from reports.cards.claims import ClaimCard
from reports.cards.guarantee_applications import ApplicationCard, Source
from reports.cards.guarantees import GuaranteeCard, Recovered
from reports.charts.lines import Series, chart
from reports.report import Column, Name, phrase
from reports.words import Lang, say


def _money(key: str, *, adds: bool = False) -> Column:
    return Column(key=key, kind="money", adds=adds)


def _text(key: str) -> Column:
    return Column(key=key, kind="text")


def _day(key: str) -> Column:
    return Column(key=key, kind="date")


PROOFS = (
    Column(key="guarantee-number", kind="identifier"), _text("borrower"), _day("signed-on"),
    _money("commission", adds=True), _money("uncovered", adds=True),
)  # fmt: skip
MOVED = (_day("moved-on"), _text("transfer"), _money("amount", adds=True), _text("payer"), _text("approved-by"))
AGREED = (_day("moved-on"), _money("amount", adds=True), _text("ground-document"))
CHANGES = (
    _day("moved-on"), _text("change"), Column(key="guarantee-share", kind="percent"), _money("guarantee"),
    _day("expires-on"), _money("commission", adds=True), _text("reason"), _text("made-by"),
)  # fmt: skip
RISK = (_day("moved-on"), _money("unpaid-principal"), _money("exposure"))
CLAIMS = (
    Column(key="claim-number", kind="identifier"), _day("presented-on"), _money("claimed"), _money("paid", adds=True),
    _text("claim-state"),
)  # fmt: skip
RECOVERIES = (
    _day("received-on"), _text("received-by"), _money("amount", adds=True), _money("guarantor-debt"),
    _money("lender-debt"), _money("guarantor-part", adds=True), _money("lender-part", adds=True), _day("passed-on"),
)  # fmt: skip
POSTINGS = (_day("moved-on"), _text("account"), _money("debit"), _money("credit"))
LINES = (
    _text("debt-line"), _money("debt", adds=True), _money("share-of-debt", adds=True), _money("claimed", adds=True),
    _money("payable", adds=True), _money("difference", adds=True), _text("explanation"),
)  # fmt: skip
SOURCES = (
    Column(key="allocation", kind="identifier"), _money("left"), _money("commission"), _text("fits"),
)  # fmt: skip


def proofs(of: Sequence[Proof], lang: Lang, request: int | None = None) -> Table:
    """Contracts that prove absorption, with the part of their commission that no transfer covers."""
    rows = [
        (Opens(each.number, f"/guarantees/{each.guarantee_id}"), each.borrower, each.signed_on, each.commission,
         each.uncovered)
        for each in of
    ]  # fmt: skip
    name, words = ("proofs", "") if request is None else (f"request-{request}", "request")
    return sheet(name, PROOFS, rows, lang, words=words, totals=True)


def moved(card: AllocationCard, lang: Lang) -> Table:
    """Money between akimat and guarantor."""
    rows = [
        (
            each.on,
            phrase(f"transfer.{each.kind}"),
            each.amount,
            phrase(f"transfer-payer.{each.payer}"),
            each.approved_by,
        )
        for each in card.moved
    ]
    return sheet("transfers", MOVED, rows, lang, totals=True)


def agreed(card: AllocationCard, lang: Lang) -> Table:
    """How the sum of the allocation came about."""
    return sheet("agreed", AGREED, [(each.on, each.amount, each.document) for each in card.agreed], lang, totals=True)


def changes(card: GuaranteeCard, lang: Lang) -> Table:
    """What became of a guarantee."""
    rows = [
        (each.on, phrase(f"guarantee-state.{each.kind}"), each.share, each.amount, each.expires_on, each.commission,
         each.reason, each.made_by)
        for each in card.changes
    ]  # fmt: skip
    return sheet("changes", CHANGES, rows, lang)


def risk(card: GuaranteeCard, lang: Lang) -> Table:
    """The risk over time."""
    return sheet("risk", RISK, [(each.on, each.unpaid, each.exposure) for each in card.risk], lang)


def risk_chart(card: GuaranteeCard, lang: Lang) -> Markup:
    """The risk over time as a drawing."""
    series = [
        Series(say("column.unpaid-principal", lang), [(each.on, each.unpaid) for each in card.risk]),
        Series(say("column.exposure", lang), [(each.on, each.exposure) for each in card.risk]),
    ]
    title = say("web.sheet.risk", lang)
    drawn = chart("risk-chart", series, title=title, description=say("web.guarantees.risk-chart", lang), lang=lang)
    return Markup(drawn)  # noqa: S704 - drawn by reports.charts, which escapes every word


def claims(card: GuaranteeCard, lang: Lang) -> Table:
    """Claims under a guarantee."""
    rows = [
        (Opens(each.number, f"/claims/{each.id}"), each.presented_on, each.amount, each.paid,
         phrase(f"claim-state.{each.state}"))
        for each in card.claims
    ]  # fmt: skip
    return sheet("claims", CLAIMS, rows, lang)


def recoveries(of: Sequence[Recovered], lang: Lang) -> Table:
    """Money of the borrower after payouts, with both debts before it was shared."""
    rows = [
        (each.on, phrase(f"received-by.{each.received_by}"), each.amount, each.guarantor_debt, each.lender_debt,
         each.guarantor_part, each.lender_part, each.passed_on)
        for each in of
    ]  # fmt: skip
    return sheet("recoveries", RECOVERIES, rows, lang, totals=True)


def postings(card: GuaranteeCard, lang: Lang) -> Table:
    """Postings on the guarantee in one's own book."""
    rows = [
        (each.on, _account(each.account), max(each.amount, 0) or None, max(-each.amount, 0) or None)
        for each in card.postings
    ]
    return sheet("postings", POSTINGS, rows, lang)


def _account(code: str) -> Name:
    found = account(code)
    return Name(found.name_kk, found.name_ru, found.name_en)


def lines(of: Calculation, lang: Lang) -> Table:
    """The calculation of a claim, line by line, with why a line is not paid as it was claimed."""
    rows = [
        (phrase(f"debt-line.{each.line}"), each.owed, each.share, each.claimed, each.payable, each.difference,
         phrase(f"claim-reason.{each.reason}"))
        for each in of.lines
    ]  # fmt: skip
    return sheet("lines", LINES, rows, lang, totals=True)


def sources(card: ApplicationCard, lang: Lang) -> Table:
    """Allocations that the commission may come out of."""
    rows = [
        (
            Opens(each.of.number, f"/allocations/{each.of.id}"), each.of.left, each.commission,
            Opens(phrase(f"web.guarantees.{'fits' if each.fits else 'does-not-fit'}"), None,
                  "done" if each.fits else "problem"),
        )
        for each in card.sources
    ]  # fmt: skip
    return sheet("sources", SOURCES, rows, lang)


def source_words(source: Source, lang: Lang) -> str:
    """An allocation in a line, for a choice: its number, its year and what is left of it."""
    left = from_tiyn(source.of.left)
    return say("web.guarantees.source", lang, number=source.of.number, year=source.of.year, left=left)


def conversation(card: ClaimCard, lang: Lang) -> list[dict[str, object]]:
    """The steps of a claim for a timeline, the newest first; ``on`` is a day."""
    return [
        {
            "on": each.on, "words": say(f"claim-state.{each.kind}", lang), "who": each.made_by, "link": "",
            "detail": _detail(each.document, each.reference, each.reason, lang), "amount": each.amount,
        }
        for each in reversed(card.steps)
    ]  # fmt: skip


def _detail(document: str | None, reference: str | None, reason: str | None, lang: Lang) -> str:
    named = say(f"choice.kind.{document}", lang) if document else ""
    return " · ".join(part for part in (named, reference, reason) if part)
