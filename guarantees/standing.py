"""How guarantees and allocations stand: read from their rows, once for any number of them.

Everything is as of now unless a day is given; then rows dated up to it count, its own included. Money owed, ahead
and at risk is asked of the ledger. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from guarantees import bookings
from guarantees.policy import Conditions
from guarantees.tables import AllocationRow
from guarantees.values import ENDED, Guarantee, capacity, exposure
from ledger import chart
from ledger.errors import NotFound
from ledger.locks import lock
from lending.microcredits.tables import LoanRow

#: A common table expression ``standing``: guarantees with their latest change up to ``:on``, and what it adds up to.
STANDING = """
    standing AS (
        SELECT g.id, g.number, g.loan_id, g.lender_id, g.guarantor_id, g.allocation_id, g.edition, g.signed_on,
            g.borrower_class, g.share_max, g.commission_rate, g.conditions, c.kind AS state, c.changed_on, c.share,
            c.amount, c.expires_on,
            (SELECT sum(commission)::bigint FROM guarantee_change t
             WHERE t.guarantee_id = g.id AND (CAST(:on AS date) IS NULL OR t.changed_on <= :on)) AS commission
        FROM guarantee g JOIN LATERAL (
            SELECT * FROM guarantee_change t
            WHERE t.guarantee_id = g.id AND (CAST(:on AS date) IS NULL OR t.changed_on <= :on)
            ORDER BY t.id DESC LIMIT 1
        ) AS c ON true
    )
"""

OF_IDS = text(f"WITH {STANDING} SELECT * FROM standing WHERE id = ANY(:ids) ORDER BY id").bindparams(  # noqa: S608
    bindparam("ids", type_=ARRAY(BigInteger))
)


def guarantees(session: Session, ids: Collection[int], on: date | None = None) -> dict[int, Guarantee]:
    """The guarantees of these ids that exist, by id."""
    return {row.id: stood(row) for row in session.execute(OF_IDS, {"ids": list(ids), "on": on})}


def guarantee(session: Session, guarantee_id: int, on: date | None = None) -> Guarantee:
    """One guarantee.

    Raises:
        NotFound: there is none of this id (on that day).
    """
    found = guarantees(session, [guarantee_id], on).get(guarantee_id)
    if found is None:
        raise NotFound(what="guarantee", name=str(guarantee_id))
    return found


def locked(session: Session, guarantee_id: int) -> Guarantee:
    """A guarantee as it stands, with its loan locked for other guarantees and for payments until the transaction ends.

    Whoever also takes the lock of its allocation takes that first.

    Raises:
        NotFound: there is none of this id.
    """
    loan_id = guarantee(session, guarantee_id).loan_id
    lock(session, "guaranteed-loan", [loan_id])
    lock(session, "facility", session.scalars(select(LoanRow.facility_id).where(LoanRow.id == loan_id)))
    return guarantee(session, guarantee_id)


def stood(row: Row[Any]) -> Guarantee:
    """A guarantee of a row of `STANDING`."""
    own = {name: getattr(row, name) for name in Guarantee.__slots__}
    return Guarantee(**own | {"conditions": Conditions.of(row.conditions)})


@dataclass(frozen=True, slots=True)
class Debt:
    """The principal behind a guarantee, in tiyn.

    ``unpaid`` is what is not repaid to the lender, undrawn parts of the loan included; ``net_paid`` what the guarantor
    paid and has not recovered; ``paid`` all he paid, payouts undone left out. ``repaid``: the borrower owes the lender
    nothing more.
    """

    loan_amount: int
    unpaid: int
    paid: int
    net_paid: int
    drawn: bool
    repaid: bool

    def exposure(self, of: Guarantee) -> int:
        """What the guarantor may still have to pay; nothing once the guarantee has ended."""
        if of.state in ENDED or (self.repaid and not self.net_paid):
            return 0
        return exposure(of.conditions.reduction, of.share, self.loan_amount, self.unpaid, self.net_paid)


DEBTS = text(
    """
    SELECT g.id, l.amount AS loan_amount,
        l.status = 'repaid' AND NOT EXISTS (
            SELECT FROM repayment r WHERE r.loan_id = l.id AND CAST(:on AS date) IS NOT NULL AND r.paid_on > :on
        ) AS repaid,
        l.amount - coalesce(returned.principal, 0)::bigint AS unpaid,
        EXISTS (SELECT FROM disbursement d WHERE d.loan_id = l.id AND (CAST(:on AS date) IS NULL OR d.paid_on <= :on))
            AS drawn,
        coalesce(paid.amount, 0)::bigint AS paid,
        (coalesce(paid.amount, 0) - coalesce(back.amount, 0))::bigint AS net_paid
    FROM guarantee g JOIN loan l ON l.id = g.loan_id
    LEFT JOIN LATERAL (
        SELECT sum(r.principal) AS principal FROM repayment r
        WHERE r.loan_id = l.id AND (CAST(:on AS date) IS NULL OR r.paid_on <= :on)
    ) AS returned ON true
    LEFT JOIN LATERAL (
        SELECT sum(CASE s.kind WHEN 'paid' THEN s.amount ELSE -s.amount END) AS amount
        FROM claim c JOIN claim_step s ON s.claim_id = c.id AND s.kind IN ('paid', 'undone')
        WHERE c.guarantee_id = g.id AND (CAST(:on AS date) IS NULL OR s.made_on <= :on)
    ) AS paid ON true
    LEFT JOIN LATERAL (
        SELECT sum(r.guarantor_part) AS amount FROM recovery r
        WHERE r.guarantee_id = g.id AND (CAST(:on AS date) IS NULL OR r.received_on <= :on)
    ) AS back ON true
    WHERE g.id = ANY(:ids)
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


def debts(session: Session, ids: Collection[int], on: date | None = None) -> dict[int, Debt]:
    """The principal behind each guarantee, by its id."""
    rows = session.execute(DEBTS, {"ids": list(ids), "on": on}).mappings()
    return {row["id"]: Debt(**{name: row[name] for name in Debt.__slots__}) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A year's commissions of an akimat for a guarantor as they stand; amounts are tiyn.

    ``amount`` is agreed for the year, ``absorbed`` the commission of its guarantees, ``transferred`` what the
    guarantor received and kept. ``first`` says whether the transfer at the start of the year was made.
    """

    id: int
    number: str
    year: int
    akimat_id: int
    guarantor_id: int
    edition: str
    unit: str
    territory: str
    commission_rate: Decimal
    first_share: Decimal
    amount: int
    absorbed: int
    transferred: int
    first: bool

    @property
    def left(self) -> int:
        """Commission that guarantees may still absorb."""
        return self.amount - self.absorbed

    @property
    def capacity(self) -> int:
        """The largest guarantee that still fits (919-GU-08)."""
        return capacity(self.left, self.commission_rate)

    @property
    def ahead(self) -> int:
        """Money with the guarantor that no contract has absorbed."""
        return max(self.transferred - self.absorbed, 0)

    @property
    def owed(self) -> int:
        """Commission absorbed and not transferred yet."""
        return max(self.absorbed - self.transferred, 0)

    @property
    def payer(self) -> bookings.Payer:
        """Its two books."""
        return bookings.Payer(self.id, self.akimat_id, self.guarantor_id)


ALLOCATIONS = text(
    """
    SELECT a.*,
        (SELECT coalesce(sum(amount), 0)::bigint FROM allocation_change c
         WHERE c.allocation_id = a.id AND (CAST(:on AS date) IS NULL OR c.changed_on <= :on)) AS amount,
        (SELECT coalesce(sum(c.commission), 0)::bigint FROM guarantee g JOIN guarantee_change c
            ON c.guarantee_id = g.id
         WHERE g.allocation_id = a.id AND (CAST(:on AS date) IS NULL OR c.changed_on <= :on)) AS absorbed,
        (SELECT coalesce(sum(amount), 0)::bigint FROM commission_transfer t
         WHERE t.allocation_id = a.id AND (CAST(:on AS date) IS NULL OR t.paid_on <= :on)) AS transferred,
        EXISTS (SELECT FROM commission_transfer t WHERE t.allocation_id = a.id AND t.kind = 'first'
            AND (CAST(:on AS date) IS NULL OR t.paid_on <= :on)) AS first
    FROM allocation a WHERE CAST(:ids AS bigint[]) IS NULL OR a.id = ANY(:ids) ORDER BY a.year, a.id
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


def allocations(session: Session, ids: Collection[int] | None = None, on: date | None = None) -> dict[int, Allocation]:
    """Allocations by id, oldest year first; ``None``: all of them."""
    rows = session.execute(ALLOCATIONS, {"ids": None if ids is None else list(ids), "on": on}).mappings()
    return {row["id"]: Allocation(**{name: row[name] for name in Allocation.__slots__}) for row in rows}


def allocation(session: Session, allocation_id: int, on: date | None = None) -> Allocation:
    """One allocation.

    Raises:
        NotFound: there is none of this id.
    """
    found = allocations(session, [allocation_id], on).get(allocation_id)
    if found is None:
        raise NotFound(what=AllocationRow.__tablename__, name=str(allocation_id))
    return found


BOOKED = text(
    """
    SELECT substr(subject, 11)::bigint AS id, -sum(amount)::bigint AS tiyn FROM posting
    WHERE account_id = :account AND subject = ANY(:subjects) AND effective_on <= :on GROUP BY subject
    """
)


def booked(session: Session, account: str, ids: Collection[int], on: date) -> Mapping[int, int]:
    """Credit balances of an account kept by guarantee, in tiyn by guarantee; those without postings are absent."""
    values: dict[str, Any] = {
        "account": chart.account(account).id, "subjects": [bookings.guarantee(each) for each in ids], "on": on,
    }  # fmt: skip
    return {row.id: row.tiyn for row in session.execute(BOOKED, values)}


def secured(of: Guarantee) -> bookings.Secured:
    """The two books of a guarantee."""
    return bookings.Secured(of.id, of.guarantor_id, of.lender_id)
