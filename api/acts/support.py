"""Acts on support money: operating subsidies of lenders, and state grants to participants.

The operator confirms a tranche, the akimat's commission decides (the domain takes another person than who
confirmed), the akimat pays. Grants are awarded, paid and accompanied by the akimat. What is paid cannot be taken back,
so paying takes a second person and a fresh one-time code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Id, Line, Measure, Prose, Tenge, always, money
from api.acts.watching import two_people
from ledger.identifiers import IdNumber
from lending.support import grants, subsidies
from lending.support.sheets import sheet_of, tranche
from lending.support.values import (
    Award,
    Confirmation,
    Document,
    EarlierSupport,
    JournalEntry,
    Opinion,
    PaymentOrder,
    SubsidyDecision,
    Use,
    base_of,
)

#: What a grant may be for, and the field that asks how much of it.
USES = {
    "tools": "for_tools", "work-equipment": "for_work_equipment",
    "technological-equipment": "for_technological_equipment", "animals": "for_animals", "livestock": "for_livestock",
    "poultry": "for_poultry",
}  # fmt: skip


class ConfirmTrancheAsked(Asked):
    """A tranche that its lender has lent out whole, by the lender's report of it."""

    lot_id: Id
    on: date
    document_number: Line
    document_date: date


class DecideAsked(Asked):
    """What the subsidy commission grants, at most the rate of the base."""

    subsidy_id: Id
    decision_number: Line
    on: date
    amount: Tenge


class PaySubsidyAsked(Asked):
    """All that was decided is paid in one sum."""

    subsidy_id: Id
    order_number: Line
    on: date


class WithdrawSubsidyAsked(Asked):
    """A subsidy that is not paid yet is taken back."""

    subsidy_id: Id
    on: date
    reason: Prose


class ReverseSubsidyAsked(Asked):
    """A payment made by mistake, whose money is back."""

    subsidy_id: Id
    on: date
    reason: Prose
    document_number: Line


class ReverseGrantAsked(Asked):
    """A payment made by mistake, whose money is back."""

    grant_id: Id
    on: date
    reason: Prose
    document_number: Line


class AwardAsked(Asked):
    """A grant for a new business idea: to whom, on which ground, for what, by which decision.

    ``earlier_programme`` tells of support that the look-up found beyond the microcredits in these books.
    """

    edition: Literal["746"] = "746"
    person: Line
    participant_name: Line
    participation: Literal["bastau", "direction-1", "resettler", "oralman"]
    proof_number: Line
    proof_date: date
    support_checked_on: date
    earlier_programme: Line | None = None
    earlier_support: Line | None = None
    earlier_on: date | None = None
    opinion_number: Line
    opinion_date: date
    favourable: bool = False
    for_tools: Tenge | None = None
    for_work_equipment: Tenge | None = None
    for_technological_equipment: Tenge | None = None
    for_animals: Tenge | None = None
    for_livestock: Tenge | None = None
    for_poultry: Tenge | None = None
    fund_source: Literal["republican", "local"]
    decision_number: Line
    on: date
    centre: Line


class PayGrantAsked(Asked):
    """A grant is paid in one sum by the employment centre."""

    grant_id: Id
    order_number: Line
    on: date


class WithdrawGrantAsked(Asked):
    """A grant that is not paid yet is taken back."""

    grant_id: Id
    on: date
    reason: Prose


class AccompanyAsked(Asked):
    """A visit within the year of accompaniment: what was seen, and what a document proves was bought."""

    grant_id: Id
    on: date
    remark: Prose
    spent: Tenge | None = None
    document_number: Line | None = None
    document_date: date | None = None


def _of_tranche(session: Session, asked: ConfirmTrancheAsked, _actor: Actor) -> Concern:
    found = tranche(session, asked.lot_id)
    return Concern(found.operator_id, f"facility:{found.facility_id}")


def _of_payer(session: Session, asked: Any, _actor: Actor) -> Concern:
    found = subsidies.subsidy(session, asked.subsidy_id)
    return Concern(found.payer_id, f"subsidy:{found.id}")


def _of_holder(session: Session, asked: WithdrawSubsidyAsked, _actor: Actor) -> Concern:
    """Whoever did the last step takes it back: the operator before the decision, the akimat after it."""
    found = subsidies.subsidy(session, asked.subsidy_id)
    return Concern(found.payer_id if found.decided_on else found.operator_id, f"subsidy:{found.id}")


def _own(_session: Session, asked: AwardAsked, actor: Actor) -> Concern:
    return Concern(actor.organisation_id or 0, f"participant:{asked.person}")


def _of_grant(session: Session, asked: Any, _actor: Actor) -> Concern:
    found = grants.grant(session, asked.grant_id)
    return Concern(found.payer_id, f"grant:{found.id}")


def _confirm(session: Session, doing: Doing, asked: ConfirmTrancheAsked) -> Mapping[str, Any]:
    report = Document("utilisation-report", asked.document_number, asked.document_date)
    told = Confirmation(
        lot_id=asked.lot_id, confirmed_on=asked.on, confirmed_by=doing.actor.signature, documents=[report]
    )
    return {"subsidy_id": subsidies.confirm(session, told).id}


def _decide(session: Session, doing: Doing, asked: DecideAsked) -> Mapping[str, Any]:
    decision = SubsidyDecision(
        number=asked.decision_number, decided_on=asked.on, decided_by=doing.actor.signature, amount=money(asked.amount)
    )
    return {"subsidy_id": subsidies.decide(session, asked.subsidy_id, decision).id}


def _pay(session: Session, doing: Doing, asked: PaySubsidyAsked) -> Mapping[str, Any]:
    order = PaymentOrder(number=asked.order_number, paid_on=asked.on, paid_by=doing.actor.signature)
    return {"subsidy_id": subsidies.pay(session, asked.subsidy_id, order).id}


def _withdraw(session: Session, doing: Doing, asked: WithdrawSubsidyAsked) -> Mapping[str, Any]:
    subsidies.withdraw(session, asked.subsidy_id, on=asked.on, by=doing.actor.signature, reason=asked.reason)
    return {"subsidy_id": asked.subsidy_id}


def _reverse(session: Session, doing: Doing, asked: ReverseSubsidyAsked) -> Mapping[str, Any]:
    decision = two_people(doing, asked.on, asked.reason, asked.document_number)
    return {"subsidy_id": subsidies.reverse_payment(session, asked.subsidy_id, decision).id}


def _reverse_grant(session: Session, doing: Doing, asked: ReverseGrantAsked) -> Mapping[str, Any]:
    decision = two_people(doing, asked.on, asked.reason, asked.document_number)
    return {"grant_id": grants.reverse_payment(session, asked.grant_id, decision).id}


def _award(session: Session, doing: Doing, asked: AwardAsked) -> Mapping[str, Any]:
    proof = Document(f"{asked.participation}-proof", asked.proof_number, asked.proof_date)
    trained = asked.participation in ("bastau", "direction-1")
    earlier = (
        [EarlierSupport(asked.earlier_programme, asked.earlier_support or "", asked.earlier_on or asked.on)]
        if asked.earlier_programme
        else []
    )
    sums = {kind: getattr(asked, field) for kind, field in USES.items()}
    awarded = grants.award(session, Award(
        edition=asked.edition, payer_id=doing.actor.organisation_id or 0, id_number=IdNumber.parse(asked.person),
        name=asked.participant_name, ground=asked.participation, training=proof if trained else None,
        status=None if trained else proof, support_checked_on=asked.support_checked_on, earlier_support=earlier,
        opinion=Opinion(
            document=Document("opinion", asked.opinion_number, asked.opinion_date), favourable=asked.favourable
        ),
        uses=[Use(kind, money(amount)) for kind, amount in sums.items() if amount],
        fund_source=asked.fund_source, number=asked.decision_number, decided_on=asked.on,
        decided_by=doing.actor.signature, centre=asked.centre,
    ))  # fmt: skip
    return {"grant_id": awarded.id, "warnings": [dict(each) for each in awarded.warnings]}


def _pay_grant(session: Session, doing: Doing, asked: PayGrantAsked) -> Mapping[str, Any]:
    order = PaymentOrder(number=asked.order_number, paid_on=asked.on, paid_by=doing.actor.signature)
    return {"grant_id": grants.pay(session, asked.grant_id, order).id}


def _withdraw_grant(session: Session, doing: Doing, asked: WithdrawGrantAsked) -> Mapping[str, Any]:
    grants.withdraw(session, asked.grant_id, on=asked.on, by=doing.actor.signature, reason=asked.reason)
    return {"grant_id": asked.grant_id}


def _accompany(session: Session, doing: Doing, asked: AccompanyAsked) -> Mapping[str, Any]:
    papers = (
        (Document("receipt", asked.document_number, asked.document_date or asked.on),) if asked.document_number else ()
    )
    entry = JournalEntry(
        visited_on=asked.on, visited_by=doing.actor.signature, remark=asked.remark, documents=papers,
        spent=money(asked.spent or Decimal()),
    )  # fmt: skip
    return {"grant_id": grants.accompany(session, asked.grant_id, entry).id}


def _base(session: Session, asked: ConfirmTrancheAsked) -> Sequence[Measure]:
    of = tranche(session, asked.lot_id)
    return (Measure("tranche-received", of.received), Measure("subsidy-base", base_of(sheet_of(session, of))))


def _decided(session: Session, asked: Any) -> Sequence[Measure]:
    of = subsidies.subsidy(session, asked.subsidy_id)
    return (
        Measure("subsidy-ceiling", of.ceiling), Measure("subsidy-decided", of.decided),
        Measure("subsidy-paid", of.paid),
    )  # fmt: skip


def _granted(session: Session, asked: Any) -> Sequence[Measure]:
    of = grants.grant(session, asked.grant_id)
    return (
        Measure("grant-amount", of.amount), Measure("grant-paid", of.paid), Measure("grant-spent", of.spent),
    )  # fmt: skip


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="subsidies.confirm", asks=ConfirmTrancheAsked, path="/lots/{lot_id}/subsidy", concerns=_of_tranche,
        work=_confirm, measures=_base,
    ),
    Act(
        name="subsidies.decide", asks=DecideAsked, path="/subsidies/{subsidy_id}/decision", concerns=_of_payer,
        work=_decide, measures=_decided,
    ),
    Act(
        name="subsidies.pay", asks=PaySubsidyAsked, path="/subsidies/{subsidy_id}/payment", concerns=_of_payer,
        work=_pay, second=always, measures=_decided, fresh_code=True,
    ),
    Act(
        name="subsidies.withdraw", asks=WithdrawSubsidyAsked, path="/subsidies/{subsidy_id}/withdrawal",
        concerns=_of_holder, work=_withdraw, measures=_decided,
    ),
    Act(
        name="subsidies.reverse-payment", asks=ReverseSubsidyAsked, path="/subsidies/{subsidy_id}/payment/reversal",
        concerns=_of_payer, work=_reverse, second=always, measures=_decided, fresh_code=True,
    ),
    Act(name="grants.award", asks=AwardAsked, path="/grants", concerns=_own, work=_award, second=always),
    Act(
        name="grants.pay", asks=PayGrantAsked, path="/grants/{grant_id}/payment", concerns=_of_grant,
        work=_pay_grant, second=always, measures=_granted, fresh_code=True,
    ),
    Act(
        name="grants.reverse-payment", asks=ReverseGrantAsked, path="/grants/{grant_id}/payment/reversal",
        concerns=_of_grant, work=_reverse_grant, second=always, measures=_granted, fresh_code=True,
    ),
    Act(
        name="grants.withdraw", asks=WithdrawGrantAsked, path="/grants/{grant_id}/withdrawal", concerns=_of_grant,
        work=_withdraw_grant, measures=_granted,
    ),
    Act(
        name="grants.accompany", asks=AccompanyAsked, path="/grants/{grant_id}/journal", concerns=_of_grant,
        work=_accompany, measures=_granted,
    ),
)  # fmt: skip
