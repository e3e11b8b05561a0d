"""The money chain as nodes and flows: from the budget down to borrowers, what came back, and what was lent again.

Every organisation is a node at its link; what enters a node is what it received and what came back to it, what
leaves it is what it passed on or lent, repaid, gave back to the budget, and still holds. Each flow names the view of
the list of lots whose column adds up to it, so that every band opens into its rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lending.chain.facilities import Facility
from reports.cards.flows import Chain, Money
from reports.charts.sankey import Flow, Node
from reports.report import Name

#: Where the borrower of each link stands, from the left; its lender is one before.
COLUMNS = {"bond": 1, "budget-credit": 1, "operator-loan": 2, "funding-line": 3}
BORROWERS = 4
#: Nodes of organisations that are drawn by themselves in each column; the smallest beyond are taken together.
SHOWN = 9

BORROWED, RELENT, BACK, UPWARDS, ON_HAND = "borrowers-first", "borrowers-again", "back", "upwards", "on-hand"


@dataclass(frozen=True, slots=True)
class Band:
    """A flow, and the rows behind it: filters of the list of lots and the column of it that adds up to the flow."""

    flow: Flow
    view: Mapping[str, str]
    column: str


@dataclass(frozen=True, slots=True)
class MoneyChain:
    """Nodes in order, bands, and what organisations among the nodes are called."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    names: Mapping[str, Name]


def money_chain(seen: Chain) -> MoneyChain:
    """The chain of what is in sight. Sums of bands are those of the agreements, column by column."""
    places = _places(seen)
    flows: dict[tuple[str, str, str, str, tuple[tuple[str, str], ...]], int] = defaultdict(int)
    for each in seen.facilities.values():
        money = seen.of(each.id)
        lender, holder = places[each.lender_id, _column(each) - 1], places[each.borrower_id, _column(each)]
        view = {"lender": seen.codes[each.lender_id], "holder": seen.codes[each.borrower_id]}
        own = {"holder": seen.codes[each.borrower_id], "link": each.link}
        _add(flows, lender, holder, "fresh", "money-received", view | {"link": each.link}, money.received)
        for target, kind, column, amount, more in _leaving(money, _column(each)):
            _add(flows, holder, target, kind, column, own | more, amount)
        _add(flows, f"{BACK}:{_column(each) - 1}", holder, "back", "came-back", own, money.returned)
    bands = tuple(
        Band(Flow(source, target, amount, kind), dict(view), column)
        for (source, target, kind, column, view), amount in flows.items() if amount
    )  # fmt: skip
    return MoneyChain(_nodes(bands, places), bands, _names(seen, places))


def _leaving(money: Money, column: int) -> list[tuple[str, str, str, int, dict[str, str]]]:
    """What leaves a holder of a column, but to the agreements below, which say so themselves."""
    return [
        (BORROWED, "first", "lent-on", money.issued, {"kind": "fresh"}),
        (RELENT, "again", "lent-on", money.relent, {"kind": "returned"}),
        (f"{UPWARDS}:{column + 1}", "up", "repaid-up", money.repaid, {}),
        (f"{UPWARDS}:{column + 1}", "budget", "to-budget", money.budget, {}),
        (f"{ON_HAND}:{column + 1}", "on-hand", "remaining", money.on_hand, {}),
    ]


def _add(flows: dict[tuple[str, str, str, str, tuple[tuple[str, str], ...]], int], source: str, target: str,
         kind: str, column: str, view: Mapping[str, str], amount: int) -> None:  # fmt: skip
    flows[source, target, kind, column, tuple(sorted(view.items()))] += amount


def _column(of: Facility) -> int:
    return COLUMNS[of.link]


def _places(seen: Chain) -> Mapping[tuple[int, int], str]:
    """The node of each organisation at each column: its own, or that of all the small ones there together."""
    sizes: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for each in seen.facilities.values():
        sizes[_column(each)][each.borrower_id] += seen.of(each.id).received
        sizes[_column(each) - 1].setdefault(each.lender_id, 0)
    places = {}
    for column, own in sizes.items():
        ranked = sorted(own, key=lambda id_: (-own[id_], id_))
        for rank, id_ in enumerate(ranked):
            alone = rank < SHOWN or len(ranked) == SHOWN + 1
            places[id_, column] = f"{column}:{id_}" if alone else f"{column}:others"
    return places


def _nodes(bands: tuple[Band, ...], places: Mapping[tuple[int, int], str]) -> tuple[Node, ...]:
    """Organisations by size within their columns, then what came back, then where money ends."""
    used = {end for band in bands for end in (band.flow.source, band.flow.target)}
    organisations = [Node(id_, column) for (_, column), id_ in places.items()]
    ends = [Node(BORROWED, BORROWERS), Node(RELENT, BORROWERS)]
    ends += [Node(f"{kind}:{column}", column) for column in range(5) for kind in (BACK, UPWARDS, ON_HAND)]
    return tuple(node for node in dict.fromkeys([*organisations, *ends]) if node.id in used)


def _names(seen: Chain, places: Mapping[tuple[int, int], str]) -> Mapping[str, Name]:
    return {place: seen.names[id_] for (id_, _), place in places.items() if not place.endswith(":others")}
