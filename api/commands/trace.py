"""``nesie trace``: where the tenge of a loan came from, and where the money of a facility went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.tree import Tree
from sqlalchemy.orm import Session

from api.commands.context import Format, console, engine, print_json, settings, tell
from ledger.money import from_tiyn
from ledger.organisations import organisations
from lending.chain.interchange import read_reference, source_to_json, spread_to_json
from lending.chain.pools import Lot
from lending.chain.trace import LotUse, Source, Spread, trace_facility, trace_loan
from reports.report import phrase
from reports.words import value_text

#: Loans named one by one in a tree for people; the JSON names all.
NAMED = 8

Names = Mapping[int, str]


def trace(
    thing: Annotated[str, typer.Argument(help="loan:17 (up to the budget) or facility:3 (down to the loans)")],
    output: Annotated[Format, typer.Option("--format", help="table for people, json for machines")] = Format.TABLE,
) -> None:
    """Print where each tenge of a loan came from, up to the budget credit; or where a facility's money went.

    Example: nesie trace loan:17
    """
    kind, number = read_reference(thing)
    with Session(engine()) as session:
        names = {each.id: each.code for each in organisations(session)}
        if kind == "loan":
            sources = trace_loan(session, number)
            answer: Any = [source_to_json(each, names) for each in sources]
            tree = _loan_tree(thing, sources, names)
        else:
            spread = trace_facility(session, number)
            answer = spread_to_json(spread, names)
            tree = _spread_tree(spread, names)
    if output is Format.JSON:
        print_json(answer)
    else:
        console.print(tree)


def _lot(lot: Lot) -> str:
    money = (
        tell("command.trace-fresh") if lot.kind == "fresh" else tell("command.trace-returned", year=lot.financial_year)
    )
    told = tell("command.trace-lot", lot=lot.id, money=money, turn=lot.turn, arrived_on=lot.arrived_on)
    return tell("command.trace-lot-until", lot=told, day=lot.usable_until) if lot.usable_until else told


def _loan_tree(thing: str, sources: tuple[Source, ...], names: Names) -> Tree:
    total = from_tiyn(sum(source.amount for source in sources))
    tree = Tree(f"{thing}: {value_text(total, settings().language)}")
    for source in sources:
        _grow(tree, source, names)
    return tree


def _grow(tree: Tree, source: Source, names: Names) -> None:
    lender, borrower, amount = names[source.lender_id], names[source.borrower_id], from_tiyn(source.amount)
    branch = tree.add(
        tell("command.trace-from", amount=amount, agreement=source.agreement, lender=lender, borrower=borrower,
             lot=_lot(source.lot))
    )  # fmt: skip
    if source.returned_from:
        branch.add(tell("command.trace-came-back", loans=_loans(source.returned_from)))
    for above in source.sources:
        _grow(branch, above, names)
    if not source.sources and source.lot.kind == "fresh":
        branch.add(tell("command.trace-treasury", amount=amount, lender=lender))


def _loans(amounts: Mapping[int, int]) -> str:
    lang = settings().language
    named = [f"loan:{loan} {value_text(from_tiyn(tiyn), lang)}" for loan, tiyn in list(amounts.items())[:NAMED]]
    rest = len(amounts) - len(named)
    return tell("command.trace-more", loans=named, rest=rest) if rest > 0 else ", ".join(named)


def _spread_tree(spread: Spread, names: Names, into: Tree | None = None) -> Tree:
    facility = spread.facility
    title = tell(
        "command.trace-facility", id=facility.id, number=facility.number, link=phrase(f"link.{facility.link}"),
        lender=names[facility.lender_id], borrower=names[facility.borrower_id], amount=from_tiyn(facility.amount),
    )  # fmt: skip
    tree = into.add(title) if into is not None else Tree(title)
    for use in spread.lots:
        branch = tree.add(_lot(use.lot))
        for line in _uses(use):
            branch.add(line)
    for child in spread.children:
        _spread_tree(child, names, tree)
    return tree


def _uses(use: LotUse) -> list[str]:
    sums = {
        "command.trace-received": use.received, "command.trace-back": use.returned, "command.trace-repaid": use.repaid,
        "command.trace-budget": use.budget, "command.trace-on-hand": use.on_hand, "command.trace-owed": use.owed,
    }  # fmt: skip
    told = [tell(key, amount=from_tiyn(tiyn)) for key, tiyn in sums.items() if tiyn]
    for child, tiyn in use.to_facilities.items():
        told.append(tell("command.trace-lent-on", child=child, amount=from_tiyn(tiyn)))
    if use.to_loans:
        lent = from_tiyn(sum(use.to_loans.values()))
        told.append(tell("command.trace-lent", count=len(use.to_loans), amount=lent, loans=_loans(use.to_loans)))
    return told
