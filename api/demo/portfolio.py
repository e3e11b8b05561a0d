"""Which loans are made: the contracts of the demo programme, decided by a seed.

Pure: from the calibration, the number of loans and a random source to a list of planned loans with region, stream,
channel, month, amount and terms. Facilities are sized by the loans that are to come out of them, so that the money
fits; `story` turns plans into registers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from api.demo.calibration import Calibration, Stream, StreamShape
from api.demo.numbers import iin_of
from lending.programmes.mci import mci

Channel = Literal["ffsa", "acc", "damu"]

#: Loans are agreed in whole ten thousands of tenge.
STEP = 10_000
GIVEN_NAMES = (
    "Айгүл",
    "Ерлан",
    "Динара",
    "Нұрлан",
    "Гүлнар",
    "Бауыржан",
    "Сәуле",
    "Қайрат",
    "Әсел",
    "Мұрат",
    "Жанар",
    "Ғалым",
)
SURNAMES = (
    "Ахметов",
    "Қасымов",
    "Оспанов",
    "Сұлтанов",
    "Жұмабаев",
    "Нұрпейісов",
    "Ибраев",
    "Бекова",
    "Серікова",
    "Төлегенова",
)
OKEDS = {
    "livestock": ("01.41", "01.45", "01.47"),
    "other-agriculture": ("01.13", "01.25"),
    "other": ("10.71", "14.13", "45.20", "47.11", "56.10", "96.02"),
}


@dataclass(frozen=True, slots=True)
class PlannedLoan:
    """A loan to be. ``amount`` in whole tenge; graces in instalments."""

    region: str
    stream: Stream
    channel: Channel
    year: int
    contract_date: date
    disbursed_on: date
    amount: int
    instalments: int
    every_months: int
    method: str
    principal_grace: int
    interest_grace: int
    sector: str
    oked: str
    purpose: str
    territory_type: str
    start_up: bool
    borrower_id: str
    borrower_name: str
    registered_on: date
    jobs_promised: int


def planned_loans(calibration: Calibration, loans: int, random: Random) -> list[PlannedLoan]:
    """The fresh loans of the programme, by disbursement date."""
    planned = [
        loan
        for stream, shape in calibration.streams.items()
        for year, count in zip(
            calibration.years, _shared(calibration.loans_of(loans, stream), len(calibration.years)), strict=True
        )
        for loan in _loans_of_year(calibration, stream, shape, year, count, random)
    ]
    return sorted(planned, key=lambda loan: (loan.disbursed_on, loan.borrower_id))


def _shared(total: int, parts: int) -> list[int]:
    return [total * (part + 1) // parts - total * part // parts for part in range(parts)]


def _loans_of_year(
    calibration: Calibration, stream: Stream, shape: StreamShape, year: int, count: int, random: Random
) -> Iterator[PlannedLoan]:
    codes, weights = list(shape.regions), list(shape.regions.values())
    for region in random.choices(codes, weights, k=count):
        month = random.choices(range(1, 13), calibration.season_weights)[0]
        first = date(year, month, 10 if month == 3 else 3)
        contract_date = first + timedelta(days=random.randrange(16))
        yield planned_loan(calibration, stream, region, year, contract_date, random)


def planned_loan(
    calibration: Calibration, stream: Stream, region: str, year: int, contract_date: date, random: Random
) -> PlannedLoan:
    """One loan contracted on ``contract_date`` out of money of ``year``, with terms the programme allows."""
    shape = calibration.streams[stream]
    channel: Channel = "damu" if stream == "city" else "ffsa" if random.random() < calibration.ffsa_of_rural else "acc"
    sector = _sector(calibration, stream, random)
    every = random.choices(list(shape.every_months), list(shape.every_months.values()))[0]
    months = random.choice((36, 48, 60) if sector == "livestock" else (24, 36, 48, 60))
    instalments = months // every
    cap = shape.cap_mci * mci(contract_date)
    amount = max(50 * STEP, int(cap * random.betavariate(*shape.amount_shape)) // STEP * STEP)
    start_up = random.random() < calibration.start_up
    grace = random.choice((0, 0, instalments // 4, instalments // 3))
    age_days = random.randrange(20, 330) if start_up else random.randrange(400, 1050)
    acting = stream == "rural" and age_days >= calibration.acting_from
    borrower_id, borrower_name = person(random)
    return PlannedLoan(
        region=region, stream=stream, channel=channel, year=year, contract_date=contract_date,
        disbursed_on=contract_date + timedelta(days=random.randrange(1, 6)), amount=amount, instalments=instalments,
        every_months=every, method=random.choice(("annuity", "equal-principal")) if every == 1 else "equal-principal",
        principal_grace=grace,
        interest_grace=min(grace, 6 // every) if random.random() < calibration.interest_grace else 0,
        sector=sector, oked=random.choice(OKEDS[sector]),
        purpose=_purpose(stream, start_up=start_up, acting=acting),
        territory_type=_territory(calibration, stream, region, random),
        start_up=start_up, jobs_promised=0 if start_up else 2, borrower_id=borrower_id, borrower_name=borrower_name,
        registered_on=contract_date - timedelta(days=age_days + 365 * acting),
    )  # fmt: skip


def _sector(calibration: Calibration, stream: Stream, random: Random) -> str:
    if random.random() < calibration.streams[stream].livestock_share:
        return "livestock"
    return "other" if stream == "city" or random.random() < calibration.services_of_rural else "other-agriculture"


def _purpose(stream: Stream, *, start_up: bool, acting: bool) -> str:
    if acting:
        return "create-cooperative"
    if not start_up:
        return "expand"
    return "open-microbusiness" if stream == "rural" else "create-microenterprise"


def _territory(calibration: Calibration, stream: Stream, region: str, random: Random) -> str:
    if stream == "rural":
        return "rural" if random.random() < calibration.villages_of_rural else "small-town"
    if region in {"710000000", "750000000"}:
        return "major-city"
    return "city" if region == "790000000" or random.random() < calibration.cities_of_city else "monotown"


def person(random: Random) -> tuple[str, str]:
    """IIN and name of somebody."""
    born_on = date(random.randrange(1962, 2000), random.randrange(1, 13), random.randrange(1, 29))
    return iin_of(born_on, random), f"{random.choice(SURNAMES)} {random.choice(GIVEN_NAMES)}"
