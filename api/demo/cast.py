"""Who plays: the organisations of the demo programme, and who funds whom where.

Seventeen akimats, the two wholesale operators, FFSA, the rural guarantor (in cities Damu guarantees), and as many
retail lenders as the number of loans keeps busy. Names of retail lenders are invented; numbers are synthetic but valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.demo.calibration import Calibration, Stream
from api.demo.numbers import bin_of
from lending.programmes.regions import regions

#: Loans that keep one retail lender busy over three years; decides how many lenders there are.
LOANS_A_LENDER = 220


@dataclass(frozen=True, slots=True)
class Player:
    """An organisation to be registered."""

    code: str
    kind: str
    name_kk: str
    name_ru: str
    name_en: str
    bin: str
    region: str | None = None


NATIONAL = (
    ("budget", "budget", "Қаржы министрлігі", "Министерство финансов", "Ministry of Finance"),
    ("acc", "operator", "«Аграрлық кредиттік корпорация» АҚ", "АО «Аграрная кредитная корпорация»",
     "Agrarian Credit Corporation"),
    ("damu", "operator", "«Даму» кәсіпкерлікті дамыту қоры» АҚ", "АО «Фонд развития предпринимательства «Даму»",
     "Damu Entrepreneurship Development Fund"),
    ("ffsa", "ffsa", "«Ауыл шаруашылығын қаржылай қолдау қоры» АҚ",
     "АО «Фонд финансовой поддержки сельского хозяйства»", "Fund for Financial Support of Agriculture"),
    ("kazagrogarant", "guarantor", "«ҚазАгроКепіл» АҚ", "АО «КазАгроГарант»", "KazAgroGarant"),
)  # fmt: skip

MFO_NAMES = ("Береке", "Арман", "Қайнар", "Дала", "Нұрлы жол", "Сенім", "Жетісу несие", "Алтын дән", "Шаңырақ", "Еңбек")
PARTNERSHIP_NAMES = ("Ақ бидай", "Диқан", "Жайлау", "Бірлік", "Тұлпар", "Құлан", "Ынтымақ", "Самал", "Мереке", "Өркен")
BANK_NAMES = ("Тұран", "Есіл", "Хан-Тәңірі", "Алатау")


def _akimats(opened_on: date) -> list[Player]:
    return [
        Player(
            f"akimat-{each.code[:2]}", "akimat", f"{each.name_kk} әкімдігі", f"Акимат: {each.name_ru}",
            f"Akimat of {each.name_en}", bin_of(1000 + number), each.code,
        )
        for number, each in enumerate(regions(opened_on))
    ]  # fmt: skip


def _retail(code: str, kind: str, names: tuple[str, ...], number: int, titles: tuple[str, str, str]) -> list[Player]:
    kk, ru, en = titles
    players = []
    for index in range(number):
        turn, name = index // len(names), names[index % len(names)]
        full = f"{name}-{turn + 1}" if turn else name
        players.append(
            Player(
                f"{code}-{index + 1}", kind, kk.format(full), ru.format(full), en.format(full),
                bin_of(sum(map(ord, code)) * 100 + index),
            )
        )  # fmt: skip
    return players


@dataclass(frozen=True, slots=True)
class Cast:
    """All players, and the retail lenders that the operators choose from."""

    players: tuple[Player, ...]
    rural_lenders: tuple[str, ...]
    city_lenders: tuple[str, ...]

    def lender(self, stream: Stream, region: str, year: int) -> str:
        """The retail lender that the operator funds in a region in a year."""
        choice = self.rural_lenders if stream == "rural" else self.city_lenders
        return choice[(int(region[:2]) // 4 + year) % len(choice)]


def cast(calibration: Calibration, loans: int) -> Cast:
    """The cast of a programme of ``loans`` fresh loans."""
    opened_on = date(calibration.years[0], 1, 1)
    lenders = max(5, round(loans / LOANS_A_LENDER))
    banks = max(1, min(len(BANK_NAMES), lenders // 6))
    mfos = max(2, lenders // 2)
    partnerships = max(2, lenders - banks - mfos)
    retail = (
        _retail("mfo", "mfo", MFO_NAMES, mfos, ("«{}» МҚҰ» ЖШС", "ТОО «МФО «{}»", "{} MFO LLP")),
        _retail("cp", "credit-partnership", PARTNERSHIP_NAMES, partnerships,
                ("«{}» кредиттік серіктестігі» ЖШС", "ТОО «Кредитное товарищество «{}»", "{} Credit Partnership LLP")),
        _retail("bank", "bank", BANK_NAMES, banks, ("«{}» банкі» АҚ", "АО «Банк «{}»", "{} Bank JSC")),
    )  # fmt: skip
    national = [Player(*each, bin_of(900 + number)) for number, each in enumerate(NATIONAL)]
    codes = [[player.code for player in group] for group in retail]
    return Cast(
        players=(*national, *_akimats(opened_on), *retail[0], *retail[1], *retail[2]),
        rural_lenders=(*codes[0], *codes[1]),
        city_lenders=(*codes[2], codes[0][0]),
    )
