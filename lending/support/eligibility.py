"""Who may be given a state grant, for what and how much: every reason against an award, and what is to be weighed.

Pure: the facts, the edition's terms and the support known of come in. Whether the participant has had a grant before
only the books know, and `lending.support.grants` asks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ledger.errors import NesieError
from ledger.money import TIYN_PER_TENGE, to_tiyn
from lending.chain.refusals import amount
from lending.programmes.editions import edition
from lending.programmes.mci import mci
from lending.programmes.provisions import Case
from lending.programmes.support_terms import GrantTerms
from lending.support.refusals import NotByTheRules, TooEarly
from lending.support.values import Award, Document, EarlierSupport, Warned


def cap_of(terms: GrantTerms, on: date) -> tuple[int, int]:
    """The monthly index in tenge of the decision's day, and the most a grant may be then, in tiyn.

    Raises:
        NoIndex: the day is before the first index on file.
    """
    index = mci(on)
    return index, index * terms.amount_mci.value * TIYN_PER_TENGE


def total_of(wanted: Award) -> int:
    """The sum of an award in tiyn."""
    return sum(to_tiyn(use.amount) for use in wanted.uses)


def proof_of(wanted: Award, terms: GrantTerms) -> Document | None:
    """The document that an award's ground asks for: of the training, or of the status (A-64)."""
    return wanted.training if wanted.ground in terms.trained.value else wanted.status


def offences(wanted: Award, terms: GrantTerms, earlier: Sequence[EarlierSupport]) -> Iterator[NesieError]:
    """Every reason against an award by the edition's rules, in their order."""
    yield from _participant(wanted, terms)
    yield from _support(wanted, terms, earlier)
    yield from _opinion(wanted, terms)
    yield from _uses(wanted, terms)


def warnings(terms: GrantTerms, earlier: Sequence[EarlierSupport]) -> list[Warned]:
    """Support under the edition's own programmes: to be weighed, no bar (A-65)."""
    own = terms.own_programmes
    return [Warned(own.rule, own.clause, _told(each)) for each in earlier if each.programme in own.value]


def _against(wanted: Award, by: Case[Any], expected: str, found: str) -> NotByTheRules:
    return NotByTheRules(
        what=f"Grant to {wanted.id_number}", expected=expected, found=found, rule=by.rule, clause=by.clause
    )


def _participant(wanted: Award, terms: GrantTerms) -> Iterator[NesieError]:
    of = edition(wanted.edition)
    if not of.in_force(wanted.decided_on):
        time = Case(of.effective_to, of.id, "time of effect", {})
        expected = f"a decision from {of.effective_from} to {of.effective_to}"
        yield _against(wanted, time, expected, str(wanted.decided_on))
    if wanted.id_number.kind != "iin":
        yield _against(wanted, terms.trained, "a person, known by an IIN", str(wanted.id_number))
    grounds = (*terms.trained.value, *terms.untrained.value)
    proof = proof_of(wanted, terms)
    if wanted.ground not in grounds:
        yield _against(wanted, terms.trained, f"a ground out of: {', '.join(grounds)}", wanted.ground)
    elif proof is None:
        by = terms.trained if wanted.ground in terms.trained.value else terms.untrained
        yield _against(wanted, by, f"a document proving {wanted.ground}", "none")
    else:
        yield from _before_decision(wanted, "the document of the ground", proof.issued_on)


def _support(wanted: Award, terms: GrantTerms, earlier: Sequence[EarlierSupport]) -> Iterator[NesieError]:
    yield from _before_decision(wanted, "the look-up of earlier support", wanted.support_checked_on)
    own = terms.own_programmes
    for each in earlier:
        if each.programme not in own.value:
            yield _against(wanted, own, "no earlier support under another state programme", _told(each))


def _opinion(wanted: Award, terms: GrantTerms) -> Iterator[NesieError]:
    if wanted.opinion is None or not wanted.opinion.favourable:
        found = "none" if wanted.opinion is None else f"against, {wanted.opinion.document.number}"
        yield _against(wanted, terms.opinion, "the chamber of entrepreneurs' opinion in favour", found)
    else:
        yield from _before_decision(wanted, "the chamber's opinion", wanted.opinion.document.issued_on)


def _uses(wanted: Award, terms: GrantTerms) -> Iterator[NesieError]:
    allowed = f"uses out of: {', '.join(terms.uses.value)}"
    for use in wanted.uses:
        if use.kind in terms.uses_forbidden.value:
            yield _against(wanted, terms.uses_forbidden, "no such use", use.kind)
        elif use.kind not in terms.uses.value:
            yield _against(wanted, terms.uses, allowed, use.kind)
        if use.amount.amount <= 0:
            yield _against(wanted, terms.uses, "a sum above 0 for each use", f"{use.amount.amount} for {use.kind}")
    if not wanted.uses:
        yield _against(wanted, terms.uses, allowed, "none")
    index, cap = cap_of(terms, wanted.decided_on)
    if total_of(wanted) > cap:
        expected = f"at most {amount(cap)}, {terms.amount_mci.value} x {index}"
        yield _against(wanted, terms.amount_mci, expected, amount(total_of(wanted)))


def _before_decision(wanted: Award, event: str, on: date) -> Iterator[NesieError]:
    if wanted.decided_on < on:
        yield TooEarly(what=f"Grant to {wanted.id_number}", event=event, earliest=str(on), found=str(wanted.decided_on))


def _told(each: EarlierSupport) -> str:
    return f"{each.kind} under {each.programme} of {each.received_on}"
