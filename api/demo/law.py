"""The edition that the demo is played under, and the rates that its people agree: the most that the edition allows.

So no figure of the law is written in the story, and a demo under another edition would have that edition's figures.
"""

from __future__ import annotations

from decimal import Decimal

from lending.programmes.editions import Link, edition

LAW = edition("746")


def loan_rate() -> Decimal:
    """What borrowers pay for a microcredit (746-LN-10), a fraction a year."""
    return _only("loan.nominal_rate_max")


def guaranteed_rate() -> Decimal:
    """What borrowers pay for a microcredit that may be guaranteed (746-GU-07), a fraction a year."""
    return _only("guarantee.nominal_rate_max")


def link_rate(link: Link, lender: str, territory: str) -> Decimal:
    """What money costs on its way down to the lenders (746-CR-01, -05, -08), a fraction a year."""
    highest = LAW.link(link, lender=lender, territory=territory).rate_max
    assert highest is not None, "the edition limits the rate of every link"
    return highest.value


def _only(provision: str) -> Decimal:
    [highest] = LAW.provision(provision)
    rate: Decimal = highest.value
    return rate
