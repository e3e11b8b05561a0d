"""Closing a month: what is done, in which order, and how it survives being killed.

A *run* closes one month of a set of books together. Its steps are pieces of work, each in a transaction of its own
that also writes the piece's ``close_step`` row: a run that was killed goes on with the first piece that has no row,
and a finished month has nothing to do. Loans are closed in chunks of ids over all books at once. A loan that cannot
be closed is listed with its reason and keeps the month from locking, not the other loans from closing; when it is
mended, the same run takes it up again; opening the month for that gives the run up, and the next one books only
differences. The month locks when every loan is closed and the rows of the close agree
with the ledger; corrections after that are reversals in an open month.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from ledger.errors import Conflict
from ledger.locks import lock
from ledger.periods import allow_closing_entries, change_state, first_day, last_day, states
from ledger.seals import lock_month
from ledger.unit_of_work import perform
from ledger.verification import Discrepancy, verify
from lending.chain.accruals import accrue_facilities
from lending.chain.facilities import facilities
from lending.chain.payments import Due, dues
from lending.chain.returns import expire
from lending.loan_months import Closed, close_loans
from lending.microcredits.histories import id_ranges
from lending.microcredits.repayments import apply_overpayments
from lending.microcredits.tables import LoanMonthRow
from lending.month_checks import month_checks
from lending.provisions import Matrix, default_matrix
from lending.tables import CloseRunRow, CloseStepRow

#: Told after every piece of work: the step, how many of its pieces are done, and of how many.
Progress = Callable[[str, int, int], None]

#: The loans of a run that failed are tried again under this name; its pieces are numbered from 0.
LOANS, AGAIN = "loans", "loans-again"


@dataclass(eq=False, kw_only=True)
class CloseUnderWay(Conflict):
    """Another close of the month, for other books, has begun and is not finished."""

    code = "close-under-way"
    sentence = (
        "A close of {month} for the books {books} has begun and is not finished. Finish it first: close the month "
        "for those books, or without naming books."
    )
    month: str
    books: str


@dataclass(frozen=True, slots=True)
class CloseResult:
    """How a close ended.

    ``nothing-to-do``: every book was locked before. ``blocked``: ``failures`` (loan id to reason) or
    ``discrepancies`` keep the month from locking; mend them and close again. ``loans`` is how many were closed now.
    ``facility_dues`` tells what the books owe under facilities and have not paid at the month's end; it blocks nothing.
    """

    month: date
    state: Literal["done", "blocked", "nothing-to-do"]
    run_id: int | None = None
    books: tuple[int, ...] = ()
    loans: int = 0
    failures: Mapping[int, str] = field(default_factory=dict)
    discrepancies: tuple[Discrepancy, ...] = ()
    facility_dues: Mapping[int, Due] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A close under way: the same for as long as it takes, however often it is resumed."""

    id: int
    month: date
    books: tuple[int, ...]
    chunk_loans: int
    made_by: str


#: What a piece of work does within its transaction; a step is a piece of work under a name of its own.
Work = Callable[[Session, Run], Closed]
Step = tuple[str, Work]
#: A chunk of loans to close: the step, the piece's number in it, and the ids.
Piece = tuple[str, int, range | list[int]]


def close(
    engine: Engine,
    month: date,
    books: Collection[int] | None = None,
    *,
    made_by: str,
    progress: Progress = lambda *_: None,
    chunk: int = 20_000,
    workers: int = 2,
    matrix: Matrix | None = None,
    also: Sequence[Step] = (),
) -> CloseResult:
    """Close the month of ``month`` for ``books`` (None: every book not locked yet), or go on with a close begun.

    Months close in order and never before they are over. ``chunk`` is how many loan ids one transaction covers and
    holds for the whole run; ``workers`` how many transactions work on loans at a time. ``progress`` is called from
    the calling thread. A close begun for some books is finished for those; closing again does the rest. Two processes
    that close the same month share the work. Provisions follow ``matrix`` (None: the default one). ``also`` are steps
    of the packages above, done in their order when the loans are closed.

    Raises:
        PeriodOrder: the month is not over, or an earlier one is open. CloseUnderWay: begun with other books.
    """
    run = perform(engine, lambda session: _begin(session, first_day(month), books, made_by, chunk))
    if run is None:
        return CloseResult(first_day(month), "nothing-to-do")
    closer = _Closer(engine, run, matrix or default_matrix(), progress)
    closer.steps(PREPARATION)
    loans = closer.loans(workers)
    closer.steps(also)
    failures = perform(engine, lambda session: _failures(session, run))
    found = () if failures else closer.finish()
    state: Literal["done", "blocked"] = "blocked" if failures or found else "done"
    if state == "blocked":
        perform(engine, lambda session: _set_state(session, run, "blocked"))
    unpaid = perform(engine, lambda session: _facility_dues(session, run))
    return CloseResult(run.month, state, run.id, run.books, loans, failures, found, unpaid)


def _begin(session: Session, month: date, books: Collection[int] | None, made_by: str, chunk: int) -> Run | None:
    """The run to go on with, or a new one whose months are closing; None when every book is locked."""
    lock(session, "close", [0])
    state_of = states(session, month)
    asked = state_of.keys() if books is None else state_of.keys() & set(books)
    wanted = sorted(book for book in asked if state_of[book] in ("open", "closing"))
    for row in _unfinished(session, month):
        if any(state_of[book] == "open" for book in row.books):
            row.state = "abandoned"
        elif books is None or row.books == wanted:
            row.state = "running"
            return Run(row.id, month, tuple(row.books), row.chunk_loans, made_by)
        elif set(row.books) & set(wanted):
            raise CloseUnderWay(month=f"{month:%Y-%m}", books=", ".join(map(str, row.books)))
    if not wanted:
        return None
    change_state(session, month, [book for book in wanted if state_of[book] == "open"], "closing", made_by=made_by)
    row = CloseRunRow(month=month, books=wanted, chunk_loans=chunk, state="running", started_by=made_by)
    session.add(row)
    session.flush()
    return Run(row.id, month, tuple(wanted), chunk, made_by)


def _unfinished(session: Session, month: date) -> Sequence[CloseRunRow]:
    """Runs of the month that did not end. One whose month was opened again meanwhile is given up for a new one."""
    ended = ("done", "abandoned")
    return session.scalars(
        select(CloseRunRow).where(CloseRunRow.month == month, CloseRunRow.state.not_in(ended)).order_by(CloseRunRow.id)
    ).all()


def _windows(session: Session, run: Run) -> Closed:
    """Money whose time to be lent is over becomes owed to the budget."""
    return Closed(len(expire(session, last_day(run.month), run.books)), {})


def _facilities(session: Session, run: Run) -> Closed:
    """Interest is accrued on every link above the loans, in both books."""
    return Closed(accrue_facilities(session, run.month, run.books), {})


def _overpayments(session: Session, run: Run) -> Closed:
    """Overpayments held pay what has fallen due."""
    return Closed(len(apply_overpayments(session, last_day(run.month), run.books)), {})


#: What comes before the loans, in this order.
PREPARATION: tuple[Step, ...] = (
    ("windows", _windows),
    ("facilities", _facilities),
    ("overpayments", _overpayments),
)


@dataclass(frozen=True, slots=True)
class _Closer:
    """The work of one run in this process."""

    engine: Engine
    run: Run
    matrix: Matrix
    progress: Progress

    def steps(self, steps: Sequence[Step]) -> None:
        """What comes before or after the loans, one piece a step."""
        for number, (step, work) in enumerate(steps, start=1):
            self._perform(step, 0, work)
            self.progress(step, number, len(steps))

    def loans(self, workers: int) -> int:
        """Close all loans not closed yet, those that failed before last; returns how many were closed now."""
        run = self.run
        ranges = perform(self.engine, lambda session: id_ranges(session, run.chunk_loans))
        failed = perform(self.engine, lambda session: sorted(_failures(session, run)))
        done = perform(self.engine, lambda session: _pieces(session, run))
        pieces: list[Piece] = [
            (LOANS, number, ids) for number, ids in enumerate(ranges) if (LOANS, number) not in done
        ]  # fmt: skip
        if failed:
            pieces.append((AGAIN, sum(step == AGAIN for step, _ in done), failed))
        return self._in_parallel(pieces, workers)

    def _in_parallel(self, pieces: Sequence[Piece], workers: int) -> int:
        closed = 0
        with ThreadPoolExecutor(workers) as pool:
            futures = [pool.submit(self._close_chunk, *piece) for piece in pieces]
            try:
                for number, future in enumerate(as_completed(futures), start=1):
                    closed += future.result()
                    self.progress(LOANS, number, len(pieces))
            finally:
                pool.shutdown(cancel_futures=True)
        return closed

    def _close_chunk(self, step: str, number: int, ids: range | list[int]) -> int:
        def work(session: Session, run: Run) -> Closed:
            return close_loans(session, run.id, run.month, run.books, ids, self.matrix)

        return self._perform(step, number, work)

    def _perform(self, step: str, number: int, work: Work) -> int:
        return perform(self.engine, lambda session: _piece(session, self.run, step, number, work))

    def finish(self) -> tuple[Discrepancy, ...]:
        """Lock, snapshot and seal the month if its rows agree with the ledger; else say where they do not."""
        try:
            perform(self.engine, lambda session: _lock(session, self.run))
        except _Disagreement as disagreement:
            return disagreement.found
        self.progress("lock", 1, 1)
        return ()


class _Disagreement(Exception):
    """Undoes the lock of a month whose rows do not agree with the ledger."""

    def __init__(self, found: tuple[Discrepancy, ...]) -> None:
        super().__init__(found)
        self.found = found


def _piece(session: Session, run: Run, step: str, number: int, work: Work) -> int:
    """Do a piece of work unless it is done, and record it; returns how many things it touched now."""
    lock(session, f"close:{run.id}:{step}", [number])
    if (step, number) in _pieces(session, run):
        return 0
    allow_closing_entries(session)
    closed = work(session, run)
    session.add(
        CloseStepRow(
            run_id=run.id, step=step, chunk=number, touched=closed.loans,
            failures={str(loan_id): reason for loan_id, reason in closed.failures.items()},
        )
    )  # fmt: skip
    return closed.loans


def _pieces(session: Session, run: Run) -> set[tuple[str, int]]:
    """Steps and numbers of the pieces that are done."""
    rows = session.execute(select(CloseStepRow.step, CloseStepRow.chunk).where(CloseStepRow.run_id == run.id))
    return {(step, number) for step, number in rows}


def _failures(session: Session, run: Run) -> dict[int, str]:
    """Loans that failed in this run and were not closed by it since, with the latest reason."""
    failed: dict[int, str] = {}
    for failures in session.scalars(
        select(CloseStepRow.failures).where(CloseStepRow.run_id == run.id).order_by(CloseStepRow.id)
    ):
        failed |= {int(loan_id): reason for loan_id, reason in failures.items()}
    closed = session.scalars(
        select(LoanMonthRow.loan_id).where(LoanMonthRow.run_id == run.id, LoanMonthRow.loan_id.in_(failed))
    )
    return {loan_id: failed[loan_id] for loan_id in sorted(set(failed) - set(closed))}


def _facility_dues(session: Session, run: Run) -> dict[int, Due]:
    """What the books of the run owe under facilities at the month's end, by facility."""
    own = {each.id for each in facilities(session).values() if each.borrower_id in run.books}
    owed = dues(session, last_day(run.month), own)
    return {facility_id: due for facility_id, due in owed.items() if due != Due()}


def _lock(session: Session, run: Run) -> None:
    """Lock, snapshot and seal the month unless that is done, provided that its rows then agree with the ledger."""
    lock(session, f"close:{run.id}", [0])
    if session.get_one(CloseRunRow, run.id).state == "done":
        return
    lock_month(session, run.month, run.books, made_by=run.made_by)
    found = [each for _, some in verify(session, month_checks(run.month, run.books)) for each in some]
    if found:
        raise _Disagreement(tuple(found))
    _set_state(session, run, "done")


def _set_state(session: Session, run: Run, state: str) -> None:
    finished_at = func.clock_timestamp() if state == "done" else None
    session.execute(update(CloseRunRow).where(CloseRunRow.id == run.id).values(state=state, finished_at=finished_at))
