"""Taking in a register at the edge: one transaction, committed for good or rolled back for a rehearsal.

A rehearsal and the real thing are the same code up to the last line. Problems come back as values with the lender's
own workbook marked; nothing is half accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.organisations import organisation
from ledger.unit_of_work import Command, carry_out, perform
from lending.registers.acceptance import Receipt, RegisterNotAccepted, accept
from lending.registers.loan_rules import STRICTNESS, Name
from lending.registers.marking import mark
from lending.registers.review import Problem, Review, read_register
from lending.registers.senders import sender
from lending.registers.vocabulary import LANGUAGES, Language
from reports.words import error_text


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of a file: a receipt, or the problems that kept it out. ``rehearsed``: nothing was kept."""

    review: Review
    rehearsed: bool
    receipt: Receipt | None
    problems: Sequence[Problem]

    def demand_accepted(self) -> Receipt:
        """The receipt.

        Raises:
            RegisterNotAccepted: there are problems instead.
        """
        if self.receipt is None:
            raise RegisterNotAccepted(
                filename=self.review.filename, count=len(self.problems), problems=tuple(self.problems)
            )
        return self.receipt

    def marked(self, content: bytes, language: Language) -> bytes:
        """The lender's own workbook with its problems marked."""
        return mark(content, self.told(), language)

    def told(self) -> Review:
        """The review with the problems found against what is recorded among those of the reading."""
        return replace(self.review, problems=tuple(self.problems))


#: How a file becomes a review: here, or in a process of its own.
Read = Callable[[bytes, str], Review]
#: What is done in the transaction that takes a register in.
Also = Callable[[Session, Receipt], object]


class _Rehearsed(Exception):
    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self.receipt = receipt


def import_register(
    engine: Engine, content: bytes, filename: str, *, actor: str, lender: str | int | None = None,
    rehearse: bool = False, channel: str = "register", strictness: Name = "standard", also: Also | None = None,
    read: Read = read_register,
) -> ImportOutcome:  # fmt: skip
    """Read a register and accept it whole, or tell every problem. ``lender`` is its code or id; None: the rows tell.

    ``strictness`` names what broken rules do to rows of issued loans; ``also`` is done with the receipt in the same
    transaction; ``read`` reads the file.

    Raises:
        UnreadableFile: not a spreadsheet of ours. SenderUnclear, NotFound: nobody to book it for.
    """
    review = read(content, filename)

    def work(session: Session) -> Receipt:
        lender_id = organisation(session, lender).id if lender else sender(session, review)
        receipts: list[Receipt] = []

        def take_in(inner: Session) -> dict[str, object]:
            receipts.append(accept(inner, lender_id, review, STRICTNESS[strictness], signed_by=[actor]))
            return {"register": receipts[0].register_id}

        request = {"lender": lender_id, "kind": review.kind, "sha256": review.sha256}
        key = f"register:{lender_id}:{review.kind}:{review.sha256}"
        carry_out(session, Command(key, "accept-register", request, actor, channel), take_in)
        receipt = (
            receipts[0] if receipts else accept(session, lender_id, review, STRICTNESS[strictness], signed_by=[actor])
        )
        if also is not None:
            also(session, receipt)
        if rehearse:
            raise _Rehearsed(receipt)
        return receipt

    try:
        return ImportOutcome(review, rehearse, perform(engine, work), ())
    except _Rehearsed as rehearsed:
        return ImportOutcome(review, True, rehearsed.receipt, ())
    except RegisterNotAccepted as refusal:
        return ImportOutcome(review, rehearse, None, [_worded(each) for each in refusal.problems])


def _worded(problem: Problem) -> Problem:
    """A problem that is a refusal of the domain, with the words that the catalogue has for it in every language."""
    if problem.refusal is None:
        return problem
    said = {f"said_{lang}": error_text(problem.refusal, lang) for lang in LANGUAGES}
    return replace(problem, values={**problem.values, **said})
