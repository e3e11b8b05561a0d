"""What finds each other and what does not, by the page of the rules; and that nothing is ever confused."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.bank.matching import Ground, Waiting, certain, mentions, rules, suggestions
from ledger.bank.values import Clues, Line, Movement
from ledger.money import tenge, to_tiyn
from tests.lending.amortisation.worked_pages import tables

DAY = date(2021, 12, 20)


def line(row: dict[str, str]) -> Line:
    """A line of the page."""
    return Line(
        on=date.fromisoformat(row["on"]), number=row["document"], amount=to_tiyn(tenge(row["sum"])),
        other_id=row["from or to"], purpose=row["purpose"],
    )  # fmt: skip


def movement(row: dict[str, str]) -> Movement:
    """An entry of the page."""
    told = {name: frozenset(filter(None, [row[name]])) for name in ("reference", "contract", "party")}
    return Movement(
        entry_id=int(row["entry"]), on=date.fromisoformat(row["on"]), amount=to_tiyn(tenge(row["sum"])),
        clues=Clues(references=told["reference"], numbers=told["contract"], parties=told["party"]),
    )  # fmt: skip


def test_the_page_comes_out_as_printed() -> None:
    """Each line of the page is matched, or suggested for, as its last table says."""
    lines, entries, outcome = tables("bank-matching")
    waiting = [Waiting(place, line(row)) for place, row in enumerate(lines)]
    movements = [movement(row) for row in entries]
    pairs = {pair.line_id: pair for pair in certain(waiting, movements, rules())}
    left = [each for each in movements if each.entry_id not in {pair.entry_id for pair in pairs.values()}]
    for each, row in zip(waiting, outcome, strict=True):
        pair = pairs.get(each.id)
        assert (str(pair.entry_id) if pair else "", pair.rule if pair else "") == (row["certain"], row["by"])
        found = [] if pair else suggestions(each.line, Ground.of(left), rules())
        assert [("+".join(map(str, one.entry_ids)), ", ".join(one.reasons)) for one in found] == (
            [(row["suggested"], row["reasons"])] if row["suggested"] else []
        )


def test_an_entry_that_was_undone_is_only_suggested() -> None:
    """A correction and what it corrects are matched by nobody but a person, and come last."""
    told = Line(on=DAY, number="1", amount=100)
    undone = Movement(entry_id=1, on=DAY, amount=100, undone=True)
    assert certain([Waiting(1, told)], [undone], rules()) == []
    other = Movement(entry_id=2, on=DAY - timedelta(9), amount=100)
    assert [each.entry_ids for each in suggestions(told, Ground.of([undone, other]), rules())] == [(2,), (1,)]


def test_numbers_are_found_whole() -> None:
    """A number is found as a whole word, whatever stands between its parts and whichever alphabet typed it."""
    for purpose in ("по договору №МК-2021-000012 от 1 марта", "mk-2021-000012", "МК 2021 000012."):
        assert mentions(purpose, "МК-2021-000012", rules())
    assert not mentions("МК-2021-0000123", "МК-2021-000012", rules())
    assert not mentions("часть 12", "12", rules())


days = st.integers(0, 15).map(lambda number: DAY + timedelta(number))
sums = st.sampled_from([-500, -100, 100, 200, 300])
names = st.sampled_from(["", "0001", "0002"])
lines = st.builds(Line, on=days, number=names, amount=sums, other_id=names, purpose=names)
clues = st.builds(
    lambda one, two, three: Clues(references=one, numbers=two, parties=three),
    *[st.frozensets(st.sampled_from(["0001", "0002"]), max_size=1)] * 3,
)
movements = st.builds(
    lambda on, amount, told, undone: (on, amount, told, undone), days, sums, clues, st.booleans()
).map(lambda told: Movement(entry_id=0, on=told[0], amount=told[1], clues=told[2], undone=told[3]))


def numbered(found: list[Movement]) -> list[Movement]:
    """The movements with ids of their own."""
    return [
        Movement(entry_id=place, on=each.on, amount=each.amount, clues=each.clues, undone=each.undone)
        for place, each in enumerate(found)
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(lines, max_size=10), st.lists(movements, max_size=10))
def test_nothing_is_used_twice_and_no_sums_differ(told: list[Line], found: list[Movement]) -> None:
    """Whatever comes: no line and no entry in two pairs, every pair and every suggestion of the line's very sum."""
    own = numbered(found)
    amounts = {each.entry_id: each.amount for each in own}
    pairs = certain([Waiting(place, each) for place, each in enumerate(told)], own, rules())
    assert max(Counter(pair.entry_id for pair in pairs).values(), default=1) == 1
    assert max(Counter(pair.line_id for pair in pairs).values(), default=1) == 1
    assert all(amounts[pair.entry_id] == told[pair.line_id].amount for pair in pairs)
    for each in told:
        offered = suggestions(each, Ground.of(own), rules())
        assert len(offered) <= rules().suggestions
        assert all(sum(amounts[entry] for entry in one.entry_ids) == each.amount for one in offered)
        assert all(len(set(one.entry_ids)) == len(one.entry_ids) for one in offered)
