"""Why terms, events and requests are refused before any arithmetic is done.

One class a reason, so that a screen can word each in three languages; all of them are `BadTerms`, which a
caller may catch. What a programme allows (rates, terms, sums) is not judged here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import BadInput


@dataclass(eq=False, kw_only=True)
class BadTerms(BadInput):
    """A field of the terms does not hold what is needed."""

    code = "bad-terms"
    sentence = "Expected {expected} in {field}; found {found}. Mend {field} and try again."

    field: str
    expected: str
    found: str


class PrincipalOutOfRange(BadTerms):
    """The principal is not positive, or does not fit 64 bits of tiyn."""

    code = "principal-out-of-range"


class RateOutOfRange(BadTerms):
    """The rate is negative, not a number, or beyond any sense."""

    code = "rate-out-of-range"


class TermOutOfRange(BadTerms):
    """The number of instalments, their spacing or their dates cannot make a loan."""

    code = "term-out-of-range"


class GraceTooLong(BadTerms):
    """The grace leaves no instalment to pay."""

    code = "grace-too-long"


class FirstDueTooEarly(BadTerms):
    """The first instalment is not after the disbursement."""

    code = "first-due-too-early"


class CustomPrincipalDoesNotFit(BadTerms):
    """The custom principal parts do not repay the loan."""

    code = "custom-principal-does-not-fit"


class TrancheOutOfPlace(BadTerms):
    """The tranches do not make up the loan, or one lies outside its life."""

    code = "tranche-out-of-place"


class EventOutOfPlace(BadTerms):
    """An event lies outside the plan's life or moves more than there is."""

    code = "event-out-of-place"


class NoEffectiveRate(BadTerms):
    """No yearly rate makes the payments worth the loan."""

    code = "no-effective-rate"
