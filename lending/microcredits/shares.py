"""What a borrower's money becomes: how much of it is principal, interest, penalty, and how much stays over.

Pure arithmetic on columns, one element a payment, from positions to shares; amounts are whole tiyn. What comes in
and what is held from before make up exactly what is settled and what is held after. Refusals, lots and entries are
the business of `lending.microcredits.repayments`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from lending.microcredits.positions import Positions
from lending.microcredits.waterfall import Part, split

Tiyn = npt.NDArray[Any]
Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """The parts of each payment.

    ``ahead`` is the part of ``principal`` that was not due yet, ``overpayment`` the change of what the lender holds
    for the borrower, ``accrued`` and ``penalty_accrued`` what is to be booked up to the day.
    """

    received: Tiyn
    principal: Tiyn
    ahead: Tiyn
    interest: Tiyn
    penalty: Tiyn
    penalty_accrued: Tiyn
    overpayment: Tiyn
    accrued: Tiyn

    def only(self, chosen: Tiyn) -> Shares:
        """The shares at some places."""
        return Shares(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


def dues(at: Positions) -> dict[Part, Tiyn]:
    """What each loan has to pay at the position, by part of the waterfall.

    Interest is due on due dates; after the last one there is none to wait for, and all of it is due.
    """
    ended = np.isnat(at.next_due_on)
    return {
        "overdue-principal": at.principal_overdue,
        "overdue-interest": at.interest_overdue,
        "penalty": at.penalty,
        "current-principal": at.principal_due - at.principal_overdue,
        "current-interest": np.where(ended, at.interest, at.interest_due) - at.interest_overdue,
    }


def payoff(at: Positions) -> Tiyn:
    """What settles each loan on the day: principal, interest to the day and penalty, less what is held."""
    return at.principal + at.interest + at.penalty - at.overpayment


def to_come(at: Positions) -> Tiyn:
    """Principal of each loan that is not due yet."""
    return at.principal - at.principal_due


def share(
    at: Positions, received: Tiyn, *, settling: Chosen, ahead: Chosen, barred: Mapping[Part, Chosen],
    order: Sequence[Part],
) -> Shares:  # fmt: skip
    """Split ``received`` and what is held over the dues, over the whole debt where ``settling``.

    Where ``ahead``, what is left goes to principal not yet due. Where a part is ``barred``, nothing goes to it, and
    what is held stays.
    """
    meant = np.any(list(barred.values()), axis=0)
    available = received + np.where(meant, 0, at.overpayment)
    owed = {part: np.where(barred[part], 0, tiyn) for part, tiyn in dues(at).items()}
    settled, left = split(available, owed, order)
    early = np.where(ahead & (to_come(at) > 0), left, 0)
    principal = settled["overdue-principal"] + settled["current-principal"] + early
    interest = settled["overdue-interest"] + settled["current-interest"]
    penalty = settled["penalty"]
    principal = np.where(settling, at.principal, principal)
    interest = np.where(settling, at.interest, interest)
    penalty = np.where(settling, at.penalty, penalty)
    return Shares(
        received=received, principal=principal, ahead=early, interest=interest, penalty=penalty,
        overpayment=received - principal - interest - penalty, accrued=at.accrued_total - at.accrued_posted,
        penalty_accrued=at.penalty_total - at.penalty_posted,
    )  # fmt: skip


def booked_parts(at: Positions, place: int, principal: int, interest: int) -> dict[str, int]:
    """The accounts that ``principal`` and ``interest`` of one loan leave: what stands as overdue is taken first."""
    principal_overdue = min(principal, int(at.booked_principal_overdue[place]))
    interest_overdue = min(interest, int(at.booked_interest_overdue[place]))
    return {
        "principal": principal - principal_overdue, "principal_overdue": principal_overdue,
        "interest": interest - interest_overdue, "interest_overdue": interest_overdue,
    }  # fmt: skip
