"""The card of a loan as a page shows it: tables of its schedule, money and postings, the chart, and what can be done.

Words only: the figures are those of `reports.cards.loan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from api.access.actors import Actor
from api.access.matrix import matrix
from api.web.places import place
from api.web.tables import Cell, Empty, Head, Row, Table, Tone, Total
from reports.cards.loan import LoanCard, Schedule
from reports.cards.loan_events import Event
from reports.charts.lines import Series, chart
from reports.words import Lang, cell_text, say, value_text

#: How a status looks.
TONES: dict[str, Tone] = {"contracted": "info", "active": "neutral", "repaid": "done", "written-off": "problem"}
#: Days past due from which a loan may be written off, see `lending.microcredits.write_offs.Policy`.
WRITE_OFF_FROM = 181


def tone_of(card: LoanCard) -> Tone:
    """The tone of a loan's status: one in arrears asks for somebody."""
    return "problem" if card.standing.arrears and card.status == "active" else TONES[card.status]


def sum_of(tiyn: int, lang: Lang) -> str:
    """A sum in a column; nothing where there is none."""
    return cell_text("money", tiyn, lang) if tiyn else ""


def schedule_table(card: LoanCard, schedule: Schedule, lang: Lang) -> Table:
    """A version of the schedule; where it differs from the one signed, what that said stands beside."""
    compared = schedule.number != card.signed.number
    keys = ("number", "due-on", "principal", "interest", "total", "balance")
    heads = [Head(words=say(f"column.{key}", lang), lie="narrow" if key in keys[:2] else "number") for key in keys]
    if compared:
        heads.append(Head(words=say("web.loan.as-signed", lang), lie="text"))
    rows = []
    for each in schedule.instalments:
        cells = [
            Cell(str(each.number)), Cell(cell_text("date", each.due_on, lang)),
            *(Cell(cell_text("money", tiyn, lang)) for tiyn in
              (each.principal, each.interest, each.principal + each.interest, each.balance)),
        ]  # fmt: skip
        if compared:
            cells.append(Cell(_was(each.was, lang), tone="info") if each.changed else Cell(""))
        rows.append(Row(cells=cells))
    principal, interest = (sum(getattr(each, name) for each in schedule.instalments) for name in keys[2:4])
    sums = [Cell(""), *(Cell(cell_text("money", tiyn, lang)) for tiyn in (principal, interest, principal + interest))]
    reason = say(f"schedule-reason.{schedule.reason}", lang)
    caption = say("web.loan.schedule-version", lang, number=schedule.number, day=schedule.valid_from, reason=reason)
    rest = [Cell("")] * (len(heads) - 5)
    return Table(
        id="schedule", caption=caption, heads=heads, rows=rows, totals=[Total(words=say("total.all", lang),
        cells=[*sums, *rest])], empty=Empty(words=say("web.loan.no-schedule", lang)),
    )  # fmt: skip


def _was(was: tuple[object, int, int] | None, lang: Lang) -> str:
    if was is None:
        return say("web.loan.was-not", lang)
    return say(
        "web.loan.was", lang, principal=cell_text("money", was[1], lang), interest=cell_text("money", was[2], lang)
    )


def origins_table(card: LoanCard, lang: Lang) -> Table:
    """Whose money it is: each link of the chain a row, set in by how far up it is."""
    heads = [
        Head(words=say("web.loan.link", lang)), Head(words=say("web.loan.whose", lang)),
        Head(words=say("web.loan.lot", lang)), Head(words=say("web.loan.of-this-loan", lang), lie="number"),
    ]  # fmt: skip
    rows = []
    for each in card.origins:
        lot = say(f"web.loan.lot.{each.kind}", lang, turn=each.turn, year=each.financial_year, on=each.arrived_on)
        if each.loans:
            lot += " · " + say("web.loan.came-back", lang, count=each.loans)
        whose = f"{value_text(each.lender, lang)} → {value_text(each.borrower, lang)}"
        link = ("\u2003" * each.depth + "↑ " if each.depth else "") + each.agreement
        rows.append(Row(cells=[Cell(link), Cell(whose), Cell(lot), Cell(cell_text("money", each.amount, lang))]))
        if each.treasury:
            above = "\u2003" * (each.depth + 1) + "↑ " + say("web.loan.budget", lang)
            rows.append(Row(cells=[
                Cell(above), Cell(value_text(each.lender, lang)), Cell(""), Cell(cell_text("money", each.amount, lang))
            ]))  # fmt: skip
    return Table(
        id="origins", caption=say("web.loan.origins", lang), heads=heads, rows=rows,
        empty=Empty(words=say("web.loan.no-origins", lang)), note=say("web.loan.origins-note", lang),
    )  # fmt: skip


def postings_table(card: LoanCard, lang: Lang, *, opens: bool) -> Table:
    """The postings about the loan in its lender's book; debits and credits. Each ``opens`` for accountants."""
    heads = [
        Head(words=say("web.acts.day", lang), lie="narrow"), Head(words=say("web.loan.entry", lang), lie="narrow"),
        Head(words=say("column.account", lang)), Head(words=say("column.debit", lang), lie="number"),
        Head(words=say("column.credit", lang), lie="number"),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(cell_text("date", each.on, lang)),
            Cell(str(each.entry_id), place(f"entry:{each.entry_id}") if opens else None),
            Cell(value_text(each.account_name, lang)), Cell(sum_of(max(each.amount, 0), lang)),
            Cell(sum_of(max(-each.amount, 0), lang)),
        ])
        for each in card.postings
    ]  # fmt: skip
    empty = Empty(words=say("web.loan.no-postings", lang))
    return Table(id="postings", caption=say("web.acts.postings", lang), heads=heads, rows=rows, empty=empty)


def balance_chart(card: LoanCard, lang: Lang) -> str:
    """What is owed by the schedule in force and what was really owed, as SVG; nothing before money is paid out."""
    if not card.balances:
        return ""
    plan = card.in_force
    planned = [(plan.valid_from, plan.instalments[0].balance + plan.instalments[0].principal)]
    planned += [(each.due_on, each.balance) for each in plan.instalments]
    owed = [*card.balances, (max(card.balances[-1][0], min(card.on, planned[-1][0])), card.balances[-1][1])]
    return chart(
        "balance", [Series(say("web.loan.owed", lang), owed), Series(say("web.loan.planned", lang), planned)],
        title=say("web.loan.balance", lang),
        description=say("web.loan.balance-told", lang, amount=cell_text("money", card.standing.principal, lang)),
        lang=lang,
    )  # fmt: skip


def balance_table(card: LoanCard, lang: Lang) -> Table:
    """What the chart draws: the principal owed after each movement."""
    heads = [
        Head(words=say("web.acts.day", lang), lie="narrow"), Head(words=say("web.loan.owed", lang), lie="number")
    ]  # fmt: skip
    last = dict(card.balances)
    rows = [
        Row(cells=[Cell(cell_text("date", on, lang)), Cell(cell_text("money", tiyn, lang))])
        for on, tiyn in last.items()
    ]
    return Table(
        id="balances", caption=say("web.loan.balance", lang), heads=heads, rows=rows,
        empty=Empty(words=say("web.loan.no-postings", lang)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """An act that is possible now: its name, and the address of its form with what is known filled in."""

    act: str
    link: str


def ways(card: LoanCard, actor: Actor) -> list[Way]:
    """What ``actor`` may do with the loan as it stands; nothing for people of other organisations."""
    at, asked = card.standing, {"loan_id": card.id, "on": card.on.isoformat(), "paid_on": card.on.isoformat()}
    holds = {
        "loans.repay": card.status == "active",
        "loans.disburse": card.status in ("contracted", "active") and at.paid_out < card.amount,
        "loans.restructure": card.status == "active" and at.principal > 0,
        "loans.waive-penalty": card.status == "active" and at.penalty > 0,
        "loans.refund-overpayment": at.overpayment > 0,
        "loans.write-off": card.status == "active" and at.days_past_due >= WRITE_OFF_FROM,
        "loans.recover": card.status == "written-off" and at.left_to_recover > 0,
    }
    if actor.organisation_id != card.lender_id:
        return []
    filled = {"loans.disburse": {"amount": _tenge(card.amount - at.paid_out)}}
    return [
        Way(act, f"/acts/{act}?{urlencode(asked | filled.get(act, {}))}")
        for act, possible in holds.items()
        if possible and matrix().may_make(actor, act)
    ]


#: What undoes an event, and the field that names it.
UNDOINGS = {
    "payment": ("loans.reverse-repayment", "repayment_id"), "written-off": ("loans.reverse-write-off", "write_off_id"),
    "recovered": ("loans.reverse-recovery", "recovery_id"),
}  # fmt: skip


def undoing(card: LoanCard, event: Event, actor: Actor) -> Way | None:
    """The act that would undo ``event``, where ``actor`` may and nobody has."""
    act, field = UNDOINGS.get(event.kind, ("", ""))
    if not act or event.reversed_by or actor.organisation_id != card.lender_id or not matrix().may_make(actor, act):
        return None
    return Way(act, f"/acts/{act}?{urlencode({'loan_id': card.id, field: event.row_id, 'on': card.on.isoformat()})}")


def _tenge(tiyn: int) -> str:
    return f"{tiyn // 100}.{tiyn % 100:02d}"


def facts(card: LoanCard, to_facility: str | None, lang: Lang) -> Sequence[tuple[str, str, str | None]]:
    """What was agreed: words, value, and the address of what it names; ``to_facility`` where the reader may go."""
    told: list[tuple[str, str, str | None]] = [
        ("field.borrower_name", card.borrower_name, f"/loans?q={card.borrower_id_number}"),
        ("field.borrower_id_number", card.borrower_id_number, None),
        ("field.borrower_kind", say(f"choice.borrower_kind.{card.borrower_kind}", lang), None),
        ("column.lender", value_text(card.lender, lang), None),
        ("field.facility_id", card.facility, to_facility),
        ("facet.edition", say(f"edition.{card.edition}", lang), None),
        ("field.signed_on", cell_text("date", card.signed_on, lang), None),
        ("field.amount", f"{cell_text('money', card.amount, lang)}\u00a0₸", None),
        ("field.annual_rate", cell_text("percent", card.annual_rate, lang), None),
        ("column.effective-rate", cell_text("rate", round(card.signed.effective_rate, 3), lang), None),
        ("field.months", str(card.months), None),
        ("field.every_months", say(f"choice.every_months.{card.every_months}", lang), None),
        ("field.method", say(f"choice.method.{card.method}", lang) if card.method != "custom" else card.method, None),
        ("field.principal_grace_months", str(card.principal_grace_months), None),
        ("field.interest_grace_months", str(card.interest_grace_months), None),
        ("field.purpose", say(f"purpose.{card.purpose}", lang), None),
        ("field.sector", say(f"choice.sector.{card.sector}", lang), None),
        ("field.territory", say(f"territory.{card.territory}", lang), None),
        ("facet.start-up", say("web.acts.yes" if card.start_up else "web.acts.no", lang), None),
    ]
    told += [(key, value, None) for key, value in (("field.kato", card.kato), ("field.oked", card.oked)) if value]
    return [(say(key, lang), value, link) for key, value, link in told]
