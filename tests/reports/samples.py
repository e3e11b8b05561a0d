"""Sample reports for the tests of all formats. They have long names, every kind of cell, groups and bands."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from reports import columns
from reports.periods import parse_period
from reports.report import (
    Column,
    Name,
    Parameter,
    Report,
    Row,
    Section,
    Signature,
    phrase,
    tabulate,
)

#: The nine letters that Kazakh has and Russian has not, in both cases.
KAZAKH_LETTERS = "Ә Ғ Қ Ң Ө Ұ Ү Һ І ә ғ қ ң ө ұ ү һ і"

AKIMAT = Name(
    kk="Түркістан облысы әкімдігінің ауыл шаруашылығы басқармасы",
    ru="Управление сельского хозяйства акимата Туркестанской области",
    en="Agriculture Department of the Akimat of Turkistan Oblast",
)
TITLE = Name(
    kk="Ауылдық елді мекендерде және шағын қалаларда берілген микрокредиттер туралы ай сайынғы есеп",
    ru="Ежемесячный отчет о микрокредитах, выданных в сельских населенных пунктах и малых городах",
    en="Monthly report on microcredits issued in rural settlements and small towns",
)
_DISTRICTS = (
    Name(kk="Ордабасы ауданы", ru="Ордабасинский район", en="Ordabasy District"),
    Name(kk="Сарыағаш ауданы", ru="Сарыагашский район", en="Saryagash District"),
)


def _head(kk: str, ru: str, en: str) -> Name:
    return Name(kk=kk, ru=ru, en=en)


ISSUED = (
    columns.NUMBER,
    columns.DISTRICT,
    columns.BORROWER,
    columns.ID_NUMBER,
    columns.CONTRACT_NUMBER,
    columns.ISSUED_ON,
    Column(key="month", kind="month", head=_head("Айы", "Месяц", "Month")),
    columns.PURPOSE,
    columns.PRINCIPAL,
    columns.NOMINAL_RATE,
    columns.TERM,
    columns.GUARANTEE,
    columns.JOBS_CREATED,
)
TURNOVER = (
    Column(key="account", kind="identifier", head=_head("Шот", "Счет", "Account")),
    Column(key="name", kind="text", head=_head("Атауы", "Наименование", "Name")),
    *(
        Column(key=f"{band}-{side}", kind="money", adds=True, band=over, head=words)
        for band, over in (
            ("opening", _head("Кезең басына", "На начало периода", "Opening balance")),
            ("turnover", _head("Айналым", "Обороты", "Turnover")),
        )
        for side, words in (
            ("debit", _head("Дебет", "Дебет", "Debit")),
            ("credit", _head("Кредит", "Кредит", "Credit")),
        )
    ),
)


def issued_row(number: int, borrower: str = "«Ғажайып-Өркен» шаруа қожалығы") -> Row:
    """One loan; every figure depends on ``number``."""
    return (
        number,
        _DISTRICTS[number > 6],
        borrower,
        f"{850315400100 + number:012}",
        f"МК-2021/{number:04}",
        date(2021, 3, 1) + timedelta(days=number % 28),
        date(2021, 3, 1),
        Name(
            kk="Асыл тұқымды мүйізді ірі қара сатып алу",
            ru="Приобретение племенного крупного рогатого скота",
            en="Purchase of pedigree cattle",
        ),
        600_000_000 + number * 12_345_67,
        Decimal("0.06"),
        60,
        510_000_000 if number % 3 else None,
        number % 4,
    )


def issued(rows: int = 12) -> Section:
    """Loans grouped by district, with sub-totals and totals."""
    return tabulate(ISSUED, [issued_row(number + 1) for number in range(rows)], group_by="district")


def report(*sections: Section) -> Report:
    """The sample report of an akimat for March 2021, of ``sections`` or of `issued` rows."""
    return Report(
        name="issued-loans",
        title=TITLE,
        period=parse_period("2021-03"),
        organisation=AKIMAT,
        region=Name(kk="Түркістан облысы", ru="Туркестанская область", en="Turkistan Oblast"),
        parameters=(
            Parameter(
                label=_head("Бағдарлама", "Программа", "Programme"),
                value=_head("«Еңбек» (№ 746)", "«Еңбек» (№ 746)", "Enbek (No. 746)"),
            ),
            Parameter(label=_head("Игерілген үлесі", "Освоено", "Utilised"), value=Decimal("0.8125"), kind="percent"),
        ),
        sections=sections or (issued(),),
        notes=(
            _head(f"Әріптер: {KAZAKH_LETTERS}", f"Буквы: {KAZAKH_LETTERS}", f"Letters: {KAZAKH_LETTERS}"),
            phrase("document.nothing"),
        ),
        signatures=(
            Signature(role="executor", signatory="Қ. Ә. Өтегенова"),
            Signature(role="chief-accountant"),
            Signature(role="head", signatory="Ғ. Ұ. Үмбетов"),
        ),
        prepared_on=date(2021, 4, 3),
    )


def trial_balance() -> Section:
    """A second table, with bands over its columns."""
    return tabulate(
        TURNOVER,
        [
            (
                "1040",
                _head("Ағымдағы шот", "Текущий счет", "Current account"),
                5_000_00,
                0,
                12_000_000_50,
                7_000_000_25,
            ),
            (
                "1430",
                _head("Берілген қарыздар", "Займы выданные", "Loans issued"),
                0,
                5_000_00,
                7_000_000_25,
                12_000_000_50,
            ),
        ],
        title=_head("Айналым-сальдо ведомосі", "Оборотно-сальдовая ведомость", "Trial balance"),
    )
