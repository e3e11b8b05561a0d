"""The ledger against its oracle: any sequence of commands, compared after every step.

One machine lives in one transaction that is rolled back. Every command runs in a savepoint, deferred guards
included; when the oracle refuses it, so must the ledger, and not a byte of the database may have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.balances import balances, trial_balance
from ledger.entries import Event, entry
from ledger.errors import Refused
from ledger.periods import change_state
from ledger.posting import COPY_ABOVE, post, reverse
from ledger.seals import lock_month
from ledger.unit_of_work import Command, carry_out
from ledger.verification import verify
from tests.ledger.samples import book
from tests.oracles.ledger import Booked, Ledger, No
from tests.walks import tried

MONTHS = [date(2021, month, 1) for month in (1, 2, 3, 4)]
TABLES = ("entry", "posting", "period", "period_change", "entry_seal", "seal", "snapshot", "command", "organisation")
FINGERPRINT = "SELECT " + " || ' ' || ".join(
    f"(SELECT coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '-') FROM {table} AS t)" for table in TABLES
)

# Few days, on both sides of every edge, so that things meet: before a book opens, ends and beginnings of months.
days = st.sampled_from(
    [date(2020, 12, 31), date(2021, 1, 31), date(2021, 2, 9), date(2021, 2, 10), date(2021, 3, 1), date(2021, 4, 30)]
)
amounts = st.one_of(st.integers(1, 3), st.integers(1, 10**15))
subjects = st.sampled_from(["loan:1", "loan:2"])


class LedgerMachine(RuleBasedStateMachine):
    """Two books, an operator from January and a lender from the tenth of February."""

    engine: Engine

    @initialize()
    def open_books(self) -> None:
        """Start from two books and nothing booked."""
        self.session = Session(self.engine)
        self.books = [book(self.session, "acc"), book(self.session, "mfo-1", "mfo", date(2021, 2, 10))]
        self.oracle = Ledger({self.books[0]: date(2021, 1, 1), self.books[1]: date(2021, 2, 10)})
        self.ids: list[int] = []
        self.moments: list[datetime] = []

    def teardown(self) -> None:
        """Everything verifies at the end; then all of it is undone."""
        if hasattr(self, "session"):
            assert [found for _, found in verify(self.session) if found] == []
            self.session.rollback()
            self.session.close()

    def attempt(self, real: Callable[[], Any], imagined: Callable[[], Any]) -> Any:
        """Do it in the ledger and in the oracle: both do it, or both refuse and the database is as before."""
        before = self.session.execute(text(FINGERPRINT)).scalar_one()
        try:
            with self.session.begin_nested():
                answer = real()
                self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
                self.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        except Refused:
            answer = No
        try:
            imagined()
        except No:
            assert answer is No
            assert self.session.execute(text(FINGERPRINT)).scalar_one() == before
            return None
        assert answer is not No
        return answer

    def record(self, ids: list[int]) -> None:
        """Note the ids and times of what was just booked."""
        self.ids.extend(ids)
        now = self.session.execute(text("SELECT clock_timestamp()")).scalar_one()
        for event in self.oracle.events:
            event.recorded = event.recorded or now
        self.moments.append(now)

    def single(self, number: int, subject: str, tiyn: int) -> list[tuple[int, list[tuple[str, str, int]]]]:
        """Interest of one loan in one book."""
        return [(self.books[number], [("loan-interest", subject, tiyn), ("loan-interest-income", subject, -tiyn)])]

    def pair(self, tiyn: int) -> list[tuple[int, list[tuple[str, str, int]]]]:
        """Money lent by the one book to the other."""
        lent = [("facility-principal", "facility:1", tiyn), ("cash", "", -tiyn)]
        return [(self.books[0], lent), (self.books[1], [("cash", "", tiyn), ("facility-debt", "facility:1", -tiyn)])]

    def event(self, booked: Booked) -> Event:
        """The same event as the ledger takes it."""
        return Event("test", booked.day, "test:1", tuple(entry(number, legs) for number, legs in booked.entries))

    def book_all(self, batch: list[Booked]) -> None:
        """Post a batch on both sides."""
        events = [self.event(booked) for booked in batch]
        ids = self.attempt(lambda: post(self.session, events), lambda: self.oracle.post(batch))
        self.record(ids or [])

    @rule(number=st.integers(0, 1), day=days, subject=subjects, tiyn=amounts)
    def post_single(self, number: int, day: date, subject: str, tiyn: int) -> None:
        """Book in one book."""
        self.book_all([Booked(day, self.single(number, subject, tiyn))])

    @rule(day=days, tiyn=amounts)
    def post_pair(self, day: date, tiyn: int) -> None:
        """Book in two books at once."""
        self.book_all([Booked(day, self.pair(tiyn))])

    @rule(dated=st.lists(days, max_size=4), tiyn=amounts, many=st.booleans())
    def post_batch(self, dated: list[date], tiyn: int, *, many: bool) -> None:
        """Book a batch of both kinds, small or large enough to travel by COPY."""
        batch = [Booked(day, self.pair(tiyn) if tiyn % 2 else self.single(0, "loan:1", tiyn)) for day in dated]
        if many and dated:
            batch += [Booked(dated[0], self.single(1, "loan:2", 1)) for _ in range(COPY_ABOVE // 2 + 1)]
        self.book_all(batch)

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), day=days)
    def reverse_one(self, data: st.DataObject, day: date) -> None:
        """Reverse any event, reversed or not, reversals too."""
        number = data.draw(st.integers(0, len(self.ids) - 1))
        reversal = self.attempt(
            lambda: reverse(self.session, self.ids[number], day), lambda: self.oracle.reverse(number, day)
        )
        self.record([reversal] if reversal else [])

    @rule(number=st.integers(0, 1), month=st.sampled_from(MONTHS), to=st.sampled_from(["open", "closing", "locked", "final"]), two=st.booleans())  # fmt: skip  # noqa: E501 - one rule, one line
    def move_month(self, number: int, month: date, to: Any, *, two: bool) -> None:
        """Close, lock, make final, abandon or reopen any month."""
        one = self.books[number]

        def real() -> None:
            if to == "locked":
                lock_month(self.session, month, [one], made_by="asel")
            else:
                second = "daniyar" if two else None
                change_state(self.session, month, [one], to, made_by="asel", second_by=second, reason="late register")

        self.attempt(real, lambda: self.oracle.move(one, month, to, two_people=two))

    @rule(number=st.integers(0, 1))
    def close_next_month(self, number: int) -> None:
        """Close the first month of a book that is still open, so that months do get closed."""
        one = self.books[number]
        opened = self.oracle.opened[one].replace(day=1)
        open_months = [month for month in MONTHS if month >= opened and self.oracle.state(one, month) == "open"]
        for to in ("closing", "locked"):
            for month in open_months[:1]:
                self.move_month(number, month, to, two=False)

    @rule(key=st.sampled_from(["a", "b"]), request=st.integers(1, 2), day=days)
    def command(self, key: str, request: int, day: date) -> None:
        """Send a command, perhaps again, perhaps another one under the same key."""
        booked = Booked(day, self.single(0, "loan:1", request))
        command = Command(key, "test", {"tiyn": request}, "asel", "api")
        known = len(self.oracle.events)
        answer = self.attempt(
            lambda: carry_out(self.session, command, lambda s: {"event": post(s, [self.event(booked)])[0]}),
            lambda: self.oracle.command(key, request, booked),
        )
        fresh = len(self.oracle.events) > known
        self.record([answer["event"]] if fresh else [])
        if answer:
            assert answer["event"] == self.ids[self.oracle.answers[key][1]]

    @invariant()
    def balances_agree(self) -> None:
        """Every balance of every month's end is the oracle's, now and as it was known half the steps ago."""
        if not hasattr(self, "session") or not self.moments:
            return
        for known_at in (None, self.moments[len(self.moments) // 2]):
            for day in (date(2021, 1, 31), date(2021, 2, 28), date(2021, 4, 30)):
                found = balances(self.session, effective_on=day, known_at=known_at)
                ours = {(each.book_id, each.account, each.subject): each.tiyn for each in found}
                assert ours == self.oracle.balances(day, known_at)

    @invariant()
    def books_balance(self) -> None:
        """Debits equal credits in the trial balance of either book."""
        for number in getattr(self, "books", []):
            lines = trial_balance(self.session, books=[number], start=date(2021, 2, 1), through=date(2021, 4, 30))
            assert sum(line.debit for line in lines) == sum(line.credit for line in lines)
            assert sum(line.closing for line in lines) == 0


def test_ledger_agrees_with_its_oracle(engine: Engine) -> None:
    """Whatever is done in whatever order, the ledger and its oracle agree."""

    class Machine(LedgerMachine):
        """The machine on this server."""

    Machine.engine = engine
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=tried(25), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
