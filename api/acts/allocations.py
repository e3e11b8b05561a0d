"""Acts on allocations: the akimat sets commissions aside and transfers them, the guarantor asks for the remainder.

Whoever gives money has it confirmed by a second person of its own; the two organisations are never one person, so the
domain's rule that nobody approves their own request holds by itself and is still checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Measure, Tenge, always, money
from api.acts.naming import named_allocation
from guarantees.allocations import AllocationTerms, adjust, open_allocation
from guarantees.standing import Allocation, allocation, allocations
from guarantees.tables import TransferRequestRow
from guarantees.transfers import request_remainder, settle_year, transfer_first, transfer_remainder
from ledger.errors import NotFound
from ledger.organisations import organisations
from lending.programmes.editions import editions
from reports.cards.loan_facts import name_of
from reports.report import Text

Year = Annotated[int, Field(ge=2000, le=2100)]
Unit = Annotated[str, Field(pattern=r"^\d{9}$")]


class OpenAsked(Asked):
    """A year's commissions set aside for one guarantor, by the contract with it."""

    number: Line
    agreed_on: date
    year: Year
    guarantor_id: Id
    edition: Literal["919", "746"]
    places: Literal["rural", "city"]
    unit: Unit
    amount: Tenge


class AdjustAsked(Asked):
    """The sum of an allocation raised or lowered, by a document."""

    allocation_id: Id
    direction: Literal["raise", "lower"]
    amount: Tenge
    ground_document: Line
    on: date


class OnDayAsked(Asked):
    """Something done with an allocation on a day."""

    allocation_id: Id
    on: date


class TransferFirstAsked(OnDayAsked):
    """The first part of the year's commissions, transferred at its start."""


class RequestAsked(OnDayAsked):
    """The remainder asked for, justified by the contracts that have absorbed the first part."""


class SettleAsked(OnDayAsked):
    """Commissions that no contract absorbed, settled after the year."""


class TransferRemainderAsked(OnDayAsked):
    """A request for the remainder, paid."""

    transfer_request_id: Id


def own_organisation(actor: Actor) -> int:
    """The organisation somebody works for.

    Raises:
        NotFound: the system itself, which has none.
    """
    if actor.organisation_id is None:
        raise NotFound(what="organisation", name=actor.login)
    return actor.organisation_id


def of_akimat(session: Session, asked: Any, _actor: Actor) -> Concern:
    """The allocation that is asked about, and the akimat that pays.

    Raises:
        NotFound: there is none in sight.
    """
    return Concern(allocation(session, asked.allocation_id).akimat_id, f"allocation:{asked.allocation_id}")


def of_guarantor(session: Session, asked: Any, _actor: Actor) -> Concern:
    """The allocation that is asked about, and the guarantor that is paid.

    Raises:
        NotFound: there is none in sight.
    """
    return Concern(allocation(session, asked.allocation_id).guarantor_id, f"allocation:{asked.allocation_id}")


def of_request(session: Session, asked: TransferRemainderAsked, actor: Actor) -> Concern:
    """The allocation of a request for the remainder, and the akimat that pays.

    Raises:
        NotFound: there is no such request of the allocation in sight.
    """
    row = session.get(TransferRequestRow, asked.transfer_request_id)
    if row is None or row.allocation_id != asked.allocation_id:
        raise NotFound(what="request for transfer", name=str(asked.transfer_request_id))
    return of_akimat(session, asked, actor)


def pool_measures(of: Allocation) -> tuple[Measure, ...]:
    """The figures of an allocation that guarantees and transfers move."""
    figures = {
        "allocation-amount": of.amount, "allocation-absorbed": of.absorbed, "allocation-left": of.left,
        "allocation-capacity": of.capacity, "allocation-transferred": of.transferred, "allocation-ahead": of.ahead,
        "allocation-owed": of.owed,
    }  # fmt: skip
    return tuple(Measure(key, tiyn, of=of.number) for key, tiyn in figures.items())


def _pool(session: Session, asked: Any) -> Sequence[Measure]:
    return pool_measures(allocation(session, asked.allocation_id))


def _of_year(session: Session, asked: OpenAsked) -> Sequence[Measure]:
    """What is set aside for the guarantor in the year, by all akimats."""
    own = [
        each for each in allocations(session).values()
        if (each.guarantor_id, each.year) == (asked.guarantor_id, asked.year)
    ]  # fmt: skip
    return (Measure("allocations-of-year", sum(each.amount for each in own), of=str(asked.year)),)


def _open(session: Session, doing: Doing, asked: OpenAsked) -> Mapping[str, Any]:
    terms = AllocationTerms(
        number=asked.number, year=asked.year, akimat_id=own_organisation(doing.actor), guarantor_id=asked.guarantor_id,
        edition=asked.edition, unit=asked.unit, territory=asked.places, amount=money(asked.amount),
        agreed_on=asked.agreed_on,
    )  # fmt: skip
    return {"allocation_id": open_allocation(session, terms).id}


def _adjust(session: Session, _doing: Doing, asked: AdjustAsked) -> Mapping[str, Any]:
    by = money(asked.amount) * (1 if asked.direction == "raise" else -1)
    return {"allocation_id": adjust(session, asked.allocation_id, asked.on, by, asked.ground_document).id}


def _decider(doing: Doing) -> str:
    """Who has the last word: the second person, and while it is only rehearsed the first."""
    return (doing.checker or doing.actor).signature


def _transfer_first(session: Session, doing: Doing, asked: TransferFirstAsked) -> Mapping[str, Any]:
    done = transfer_first(session, asked.allocation_id, asked.on, approved_by=_decider(doing))
    return {"allocation_id": asked.allocation_id, "transfer_id": done.id}


def _request(session: Session, doing: Doing, asked: RequestAsked) -> Mapping[str, Any]:
    made = request_remainder(session, asked.allocation_id, asked.on, requested_by=doing.actor.signature)
    return {"allocation_id": asked.allocation_id, "request_id": made.id}


def _transfer_remainder(session: Session, doing: Doing, asked: TransferRemainderAsked) -> Mapping[str, Any]:
    done = transfer_remainder(session, asked.transfer_request_id, asked.on, approved_by=_decider(doing))
    return {"allocation_id": asked.allocation_id, "transfer_id": done.id}


def _settle(session: Session, doing: Doing, asked: SettleAsked) -> Mapping[str, Any]:
    done = settle_year(session, asked.allocation_id, asked.on, approved_by=_decider(doing))
    return {"allocation_id": asked.allocation_id} | ({} if done is None else {"transfer_id": done.id})


def _guarantors(session: Session, _actor: Actor, _values: Mapping[str, str]) -> Sequence[tuple[int, Text]]:
    """Organisations that a programme names as guarantors."""
    codes = {
        code for law in editions().values() for case in law.provision("guarantee.guarantor") for code in case.value
    }
    return [(each.id, name_of(session, each.id)) for each in organisations(session) if each.code.lower() in codes]


def _own(_session: Session, _asked: OpenAsked, actor: Actor) -> Concern:
    me = own_organisation(actor)
    return Concern(me, f"organisation:{me}")


def _on_pool(
    name: str, asks: type[Asked], path: str, concerns: Callable[..., Concern], work: Callable[..., Mapping[str, Any]]
) -> Act[Any]:
    """An act that two people do on an allocation, with its figures before and after."""
    return Act(
        name=f"allocations.{name}", asks=asks, path=f"/allocations/{{allocation_id}}/{path}", concerns=concerns,
        work=work, second=always, measures=_pool, options={"allocation_id": named_allocation},
    )  # fmt: skip


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="allocations.open", asks=OpenAsked, path="/allocations", concerns=_own, work=_open, second=always,
        measures=_of_year, options={"guarantor_id": _guarantors},
    ),
    _on_pool("adjust", AdjustAsked, "changes", of_akimat, _adjust),
    _on_pool("transfer-first", TransferFirstAsked, "first-transfer", of_akimat, _transfer_first),
    _on_pool("request-remainder", RequestAsked, "requests", of_guarantor, _request),
    _on_pool(
        "transfer-remainder", TransferRemainderAsked, "requests/{transfer_request_id}/transfer", of_request,
        _transfer_remainder,
    ),
    _on_pool("settle-year", SettleAsked, "settlement", of_akimat, _settle),
)  # fmt: skip
