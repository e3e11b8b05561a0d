"""How far the close of a month of one book is: what has to be done, each with its evidence, and the run that does it.

Evidence is looked at anew every time, so a task that was done can fall back when the data change. What blocks the lock
and what only wants a look are told apart. Who may do what is decided by whoever shows the card.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from ledger.balances import trial_balance
from ledger.periods import State, first_day, last_day, next_month, states
from ledger.seals import seals_of
from ledger.tables import OrganisationRow, PeriodRow
from lending.chain.facilities import facilities
from lending.chain.payments import Due, dues
from lending.microcredits.histories import id_ranges
from lending.microcredits.tables import LoanMonthRow, LoanRow
from lending.month_end import AGAIN, LOANS, PREPARATION
from lending.registers.tables import RegisterRow
from lending.tables import CloseRunRow, CloseStepRow
from reports.cards.bank import bank_month
from reports.report import Phrase, phrase

Standing = Literal["done", "todo", "problem", "later"]
Group = Literal["collect", "calculate", "reconcile", "review", "lock"]

#: Movement of an account against the month before that wants explaining.
REMARKABLE = 0.2
#: Violations that are not closed yet, of loans of a lender.
OPEN_VIOLATIONS = text("""
    SELECT count(*) FROM violation v JOIN loan l ON l.id = v.loan_id
    WHERE l.lender_id = :book AND NOT EXISTS (SELECT FROM violation_closing c WHERE c.violation_id = v.id)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of the list; its words are ``web.closing.task.<key>``, ``evidence`` says what was found."""

    key: str
    group: Group
    standing: Standing
    evidence: Phrase
    blocks: bool = True
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTold:
    """A run of the close: pieces of work done of how many, loans closed so far, and why which were not."""

    id: int
    state: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    pieces: int
    pieces_in_all: int
    loans: int
    failures: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingCard:
    """The close of ``month`` (its first day) of a book; ``digest`` is its seal once it is locked."""

    book_id: int
    month: date
    state: State
    tasks: tuple[Task, ...]
    run: RunTold | None
    digest: str | None

    @property
    def obstacles(self) -> tuple[Task, ...]:
        """What has to be done by people before the close may begin."""
        return tuple(each for each in self.tasks if each.blocks and each.standing == "problem")


def month_to_close(session: Session, book: int) -> date:
    """The first month of the book that is not locked: the only one that may be closed."""
    newest = session.scalar(
        select(func.max(PeriodRow.month)).where(PeriodRow.book_id == book, PeriodRow.state.in_(("locked", "final")))
    )
    if newest is not None:
        return next_month(newest)
    return first_day(session.get_one(OrganisationRow, book).opened_on)


def closing_card(
    session: Session, book: int, month: date, today: date, *, waiting: int, further_steps: int
) -> ClosingCard:  # fmt: skip
    """The close of the month of ``book`` as it stands; ``session`` sees everything.

    ``waiting`` is how many acts wait for a second person, ``further_steps`` how many steps of the packages above the
    close has.
    """
    month = first_day(month)
    run = _run(session, book, month, further_steps)
    state = states(session, month, [book]).get(book, "open")
    tasks = [
        _order(month, today),
        _approvals(waiting),
        *_registers(session, book, month),
        _bank(session, book, month),
        *_loans(session, book, month),
    ]
    tasks += [*_calculation(run, state), *_trial_balance(session, book, month), *_dues(session, book, month)]
    tasks += [_violations(session, book), *_lock(state)]
    return ClosingCard(
        book_id=book, month=month, state=state, tasks=tuple(tasks), run=run,
        digest=seals_of(session, month).get(book) if state in ("locked", "final") else None,
    )  # fmt: skip


def _order(month: date, today: date) -> Task:
    over = last_day(month) < today
    found = phrase("web.closing.month-over" if over else "web.closing.month-running", on=last_day(month))
    return Task(key="month-over", group="collect", standing="done" if over else "problem", evidence=found)


def _registers(session: Session, book: int, month: date) -> Iterator[Task]:
    """Registers accepted since the month began, for those who send any."""
    sent = session.scalar(select(func.count()).where(RegisterRow.organisation_id == book))
    if not sent:
        return
    in_month = session.scalar(
        select(func.count()).where(RegisterRow.organisation_id == book, RegisterRow.recorded_at >= month)
    )
    yield Task(
        key="registers", group="collect", blocks=False, standing="done" if in_month else "todo",
        evidence=phrase("web.closing.registers", count=in_month), link="/registers",
    )  # fmt: skip


def _bank(session: Session, book: int, month: date) -> Task:
    """Lines of the bank and the book's money agree; a book that takes no statements in is only told so."""
    found = bank_month(session, book, month)
    if not found.takes_in:
        return Task(
            key="bank", group="reconcile", blocks=False, standing="later", evidence=phrase("web.closing.bank-none"),
            link="/bank",
        )  # fmt: skip
    if not found.told and not found.unmatched:
        return Task(
            key="bank", group="reconcile", blocks=False, standing="todo", evidence=phrase("web.closing.bank-not-yet"),
            link="/bank/upload",
        )  # fmt: skip
    return Task(
        key="bank", group="reconcile", standing="problem" if found.waiting or found.unmatched else "done",
        evidence=phrase("web.closing.bank", waiting=found.waiting, unmatched=found.unmatched), link="/bank",
    )  # fmt: skip


def _approvals(waiting: int) -> Task:
    return Task(
        key="approvals", group="collect", standing="problem" if waiting else "done",
        evidence=phrase("web.closing.approvals", count=waiting), link="/approvals" if waiting else None,
    )  # fmt: skip


def _loans(session: Session, book: int, month: date) -> Iterator[Task]:
    """Loans with a position at the month's end: aged and provided for."""
    lends = session.scalar(
        select(func.count()).where(LoanRow.lender_id == book, LoanRow.contract_date <= last_day(month))
    )
    if not lends:
        return
    rows = session.execute(
        select(func.count(func.distinct(LoanMonthRow.loan_id)), func.coalesce(func.sum(LoanMonthRow.provision), 0))
        .join(LoanRow, LoanRow.id == LoanMonthRow.loan_id)
        .where(LoanRow.lender_id == book, LoanMonthRow.month == month)
    ).one()
    yield Task(
        key="ageing", group="calculate", standing="done" if rows[0] else "later",
        evidence=phrase("web.closing.ageing", count=rows[0], of=lends), link=f"/ageing?period={month:%Y-%m}",
    )  # fmt: skip


def _trial_balance(session: Session, book: int, month: date) -> Iterator[Task]:
    """Debits equal credits; accounts whose turnover is far from the month before are counted."""
    lines = trial_balance(session, books=[book], start=month, through=last_day(month))
    before_end = date.fromordinal(month.toordinal() - 1)
    before = trial_balance(session, books=[book], start=first_day(before_end), through=before_end)
    debit, credit = sum(line.debit for line in lines), sum(line.credit for line in lines)
    yield Task(
        key="trial-balance", group="reconcile", standing="done" if debit == credit else "problem",
        evidence=phrase("web.closing.trial-balance", difference=debit - credit),
        link=f"/trial-balance?period={month:%Y-%m}",
    )  # fmt: skip
    moved = {line.account: line.debit + line.credit for line in before}
    far = [
        line for line in lines
        if (was := moved.get(line.account, 0)) and abs(line.debit + line.credit - was) > REMARKABLE * was
    ]  # fmt: skip
    yield Task(
        key="movements", group="review", blocks=False, standing="todo" if far else "done",
        evidence=phrase("web.closing.movements", count=len(far)), link=f"/trial-balance?period={month:%Y-%m}",
    )  # fmt: skip


def _dues(session: Session, book: int, month: date) -> Iterator[Task]:
    own = {each.id for each in facilities(session).values() if each.borrower_id == book}
    if not own:
        return
    unpaid = [due for due in dues(session, last_day(month), own).values() if due != Due()]
    yield Task(
        key="facility-dues", group="review", blocks=False, standing="todo" if unpaid else "done",
        evidence=phrase("web.closing.facility-dues", count=len(unpaid)),
    )  # fmt: skip


def _violations(session: Session, book: int) -> Task:
    count = session.scalar(OPEN_VIOLATIONS, {"book": book})
    return Task(
        key="violations", group="review", blocks=False, standing="todo" if count else "done",
        evidence=phrase("web.closing.violations", count=count), link="/violations" if count else None,
    )  # fmt: skip


def _calculation(run: RunTold | None, state: State) -> Iterator[Task]:
    locked = state in ("locked", "final")
    done = locked and run is not None
    failed = len(run.failures) if run else 0
    yield Task(
        key="accrual", group="calculate", standing="problem" if failed and not locked else "done" if done else "later",
        evidence=phrase("web.closing.accrual", run=run.id, loans=run.loans, failed=failed) if run
        else phrase("web.closing.not-begun"),
    )  # fmt: skip
    yield Task(
        key="subledger", group="reconcile", standing="done" if locked else "later",
        evidence=phrase("web.closing.subledger" if locked else "web.closing.subledger-later"),
    )  # fmt: skip


def _lock(state: State) -> Iterator[Task]:
    locked = state in ("locked", "final")
    yield Task(
        key="lock", group="lock", standing="done" if locked else "later", evidence=phrase(f"web.closing.state.{state}")
    )
    yield Task(
        key="final", group="lock", blocks=False, standing="done" if state == "final" else "todo" if locked else "later",
        evidence=phrase("web.closing.final" if state == "final" else "web.closing.not-final"), link="/periods",
    )  # fmt: skip


def _run(session: Session, book: int, month: date, further_steps: int) -> RunTold | None:
    row = session.scalar(
        select(CloseRunRow)
        .where(CloseRunRow.month == month, CloseRunRow.books.contains([book]))
        .order_by(CloseRunRow.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    pieces = session.execute(
        select(CloseStepRow.step, CloseStepRow.touched, CloseStepRow.failures)
        .where(CloseStepRow.run_id == row.id)
        .order_by(CloseStepRow.id)
    ).all()
    of_loans = [piece for piece in pieces if piece.step in (LOANS, AGAIN)]
    locking = 1
    return RunTold(
        id=row.id, state=row.state, started_by=row.started_by, started_at=row.started_at, finished_at=row.finished_at,
        pieces=len(pieces) + (row.state == "done"),
        pieces_in_all=max(
            len(PREPARATION) + len(id_ranges(session, row.chunk_loans)) + further_steps + locking, len(pieces)
        ),
        loans=sum(piece.touched for piece in of_loans),
        failures=_failures(session, row.id, [piece.failures for piece in of_loans]),
    )  # fmt: skip


def _failures(session: Session, run_id: int, told: list[dict[str, str]]) -> tuple[tuple[int, str], ...]:
    """Loans that failed and were not closed by the run since, with the latest reason."""
    failed = {int(loan): reason for some in told for loan, reason in some.items()}
    closed = set(session.scalars(select(LoanMonthRow.loan_id).where(LoanMonthRow.run_id == run_id)))
    return tuple((loan, failed[loan]) for loan in sorted(set(failed) - closed))
