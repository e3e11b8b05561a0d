"""The verdict: everything at once, at the right places, and nothing lost on the way."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.identifiers import control_digit
from ledger.money import tenge
from lending.registers.columns import RegisterKind
from lending.registers.fingerprints import fingerprint
from lending.registers.issued_loans import IssuedLoan
from lending.registers.repayments import Repayment
from lending.registers.review import REGISTERS, UnknownRegister, read_register
from lending.registers.vocabulary import LANGUAGES
from tests.lending.registers.test_sheets import FILES
from tests.lending.registers.workbooks import GOOD, codes, good, headings, review, table, text_table, xlsx

KINDS = list(REGISTERS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_kind_is_told_by_the_headings(kind: RegisterKind, language: Any) -> None:
    """Each register is known in each language without being named."""
    found = read_register(xlsx(table(kind, [GOOD[kind]], language)), "x")
    assert (found.kind, len(found.rows), found.problems, found.accepted) == (kind, 1, (), True)


def test_all_problems_at_once_and_in_place() -> None:
    """Every bad cell of every row is named by sheet, row, column, heading and content."""
    found = review(
        "repayments",
        good("repayments", amount="сто", paid_on="31.02.2019"),
        good("repayments", contract_number=None),
        good("repayments", bank_reference="P-9"),
    )
    assert [(each.code, each.sheet, each.row, each.letter, each.title, each.found) for each in found.problems] == [
        ("not-a-date", "Реестр", 2, "C", "Дата платежа", "31.02.2019"),
        ("not-an-amount", "Реестр", 2, "D", "Сумма платежа", "сто"),
        ("blank", "Реестр", 3, "A", "Номер договора", ""),
    ]
    assert (found.row_count, len(found.rows), found.rows[0].place.row) == (3, 1, 4)


def test_missing_columns_come_before_rows() -> None:
    """Columns that must be there are named, and the cells of the others are still judged."""
    row = {"contract_number": "1", "contract_date": "вчера", "bank_reference": "5"}
    found = review("repayments", row)
    assert codes(found) == ["column-missing", "column-missing", "not-a-date"]
    assert "«Дата платежа»" in found.problems[0].expected("ru")
    assert found.rows == ()


def test_totals_row_is_a_control_sum() -> None:
    """A totals row is compared with the rows and dropped."""
    cells = table("repayments", [GOOD["repayments"]])
    good_total = read_register(xlsx([*cells, ["Итого:", None, None, 100000.25]]), "x")
    bad_total = read_register(xlsx([*cells, ["Барлығы", None, None, "100 000,26"]]), "x")
    assert good_total.accepted
    assert good_total.control_sum is not None
    assert good_total.control_sum.counted == tenge("100000.25")
    assert [(each.code, each.row, each.letter) for each in bad_total.problems] == [("control-sum", 3, "D")]


def test_subtotals_are_compared_with_their_part() -> None:
    """Totals of parts and a grand total are each compared with the rows they stand for."""
    first, second = good("repayments", amount=10), good("repayments", amount=20)
    head, one, two = table("repayments", [first, second])
    cells = [
        head,
        one,
        ["Итого по району", None, None, 10],
        two,
        ["Итого", None, None, 20],
        ["Всего", None, None, 30],
    ]
    found = read_register(xlsx(cells), "x")
    assert found.accepted
    assert found.row_count == 2


def test_signatures_after_the_total_are_passed_over() -> None:
    """What stands under the total is announced, not judged."""
    cells = [
        *table("repayments", [GOOD["repayments"]]),
        ["Total", None, None, 100000.25],
        [],
        ["Директор", "Иванов"],
    ]
    found = read_register(xlsx(cells), "x")
    assert found.accepted
    assert [(warning.code, warning.row) for warning in found.warnings] == [("footer-skipped", 5)]


def test_borrower_named_like_a_total_is_a_row() -> None:
    """A filled row that begins with a word of totals is a row of the register."""
    fields = ["borrower_name", *(name for name in GOOD["issued-loans"] if name != "borrower_name")]
    row = good("issued-loans", borrower_name="Total Energies")
    cells = [headings("issued-loans", fields), [row[name] for name in fields]]
    assert len(read_register(xlsx(cells), "x").rows) == 1


def test_sparse_row_between_totals_is_judged() -> None:
    """Only what stands under the last total is passed over; a poor row above it is a problem."""
    head, row = table("repayments", [good("repayments", amount=10)])
    cells = [head, row, ["Итого", None, None, 10], ["ДЗ-2"], ["Всего", None, None, 10]]
    assert codes(read_register(xlsx(cells), "x")) == ["blank", "blank"]


def test_numbering_under_the_headings_is_passed_over() -> None:
    """The row 1, 2, 3 … under the headings is no loan."""
    head, row = table("repayments", [GOOD["repayments"]])
    assert read_register(xlsx([head, [1, 2, 3, 4, 5], row]), "x").row_count == 1


def test_blank_rows_are_passed_over() -> None:
    """Rows with nothing in the register's columns are no rows."""
    head, row = table("repayments", [GOOD["repayments"]])
    found = read_register(xlsx([head, row, [], ["   "], [*row[:4], "P-2"]]), "x")
    assert (codes(found), found.row_count) == ([], 2)


def test_hidden_rows_are_counted_and_told() -> None:
    """Rows that the lender does not see are part of the register, and that is said."""
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(table("repayments", [GOOD["repayments"]]))))
    workbook.active.row_dimensions[2].hidden = True
    target = io.BytesIO()
    workbook.save(target)
    found = read_register(target.getvalue(), "x")
    assert (len(found.rows), [(each.code, each.found) for each in found.warnings]) == (
        1,
        [("hidden-rows", "1")],
    )


def test_formula_without_a_value_is_a_problem() -> None:
    """A formula that was never calculated is not taken for a blank, even in a row of nothing else."""
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(table("repayments", [GOOD["repayments"]]))))
    workbook.active["E2"] = "=1+1"
    workbook.active["D3"] = "=D2"
    target = io.BytesIO()
    workbook.save(target)
    problems = [(each.code, each.row, each.letter) for each in read_register(target.getvalue(), "x").problems]
    assert ("formula-not-computed", 2, "E") in problems
    assert ("formula-not-computed", 3, "D") in problems


def test_amounts_in_thousands_are_a_problem() -> None:
    """A column in thousands is not read as tenge."""
    head, row = table("repayments", [GOOD["repayments"]])
    head[3] = "Сумма, тыс. тенге"
    found = read_register(xlsx([head, row]), "x")
    assert (codes(found), found.rows) == (["in-thousands"], ())


def test_bare_days_of_a_macintosh_workbook() -> None:
    """A bare number in a date column counts from 1904 in a workbook that does."""
    cells = table("repayments", [good("repayments", paid_on=42113)])
    assert read_register(xlsx(cells, date_1904=True), "x").rows[0].paid_on == date(2019, 4, 20)  # type: ignore[union-attr]  # a repayment


def test_what_was_changed_is_counted() -> None:
    """Each kind of change to a cell is counted over the file."""
    rows = [
        good("repayments", amount="5", bank_reference=" P1 "),
        good("repayments", amount="6", contract_number=5),
    ]
    changes = review("repayments", *rows).transformations
    assert changes == {"text-to-number": 2, "spaces-removed": 1, "number-to-text": 1}


def test_unknown_columns_and_sheets_are_listed() -> None:
    """What was not read is named."""
    head, row = table("repayments", [GOOD["repayments"]])
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx([[*head, "Менеджер"], [*row, "Иванов"]])))
    workbook.create_sheet("Справка").append(["текст"])
    target = io.BytesIO()
    workbook.save(target)
    found = read_register(target.getvalue(), "x")
    assert (found.ignored_columns, found.ignored_sheets) == (("Менеджер",), ("Справка",))


def test_sheets_of_one_workbook_are_one_register() -> None:
    """Rows of several sheets are read together and compared across them, each at its place."""
    head, row = table("repayments", [GOOD["repayments"]])
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx([head, row], "Абай")))
    second = workbook.create_sheet("Есик")
    second.append(head)
    second.append(row)
    target = io.BytesIO()
    workbook.save(target)
    (problem,) = read_register(target.getvalue(), "x").problems
    assert (problem.code, problem.sheet, problem.row, problem.values["earlier"]) == (
        "duplicate-row",
        "Есик",
        2,
        "Абай!2",
    )


def test_workbook_without_headings_is_refused() -> None:
    """A file in which no register can be known is refused as a whole."""
    with pytest.raises(UnknownRegister):
        read_register(xlsx([["просто", "текст"]]), "x")


def test_register_of_another_kind_is_refused() -> None:
    """A register uploaded as another kind is not read as that."""
    with pytest.raises(UnknownRegister, match="repayments"):
        read_register(xlsx(table("issued-loans", [GOOD["issued-loans"]])), "x", "repayments")


def test_old_workbook_of_two_row_headings() -> None:
    """An .xls with a title, merged headings and a total is read whole."""
    found = read_register((FILES / "repayments.xls").read_bytes(), "x.xls")
    assert (found.problems, [row.amount for row in found.rows if isinstance(row, Repayment)]) == (
        (),
        [tenge("100000.50"), tenge("250000.00")],
    )


def test_lost_zero_is_a_warning_with_a_suggestion() -> None:
    """A BIN that lost its zero is accepted, with what it was read as."""
    row = good("issued-loans", borrower_id=81040014026, borrower_kind="ТОО")
    found = review("issued-loans", row)
    assert found.accepted
    assert "081040014026" in found.warnings[0].expected("en") + found.warnings[0].mend("en")


def test_fingerprint_is_of_values_not_of_places() -> None:
    """The same row elsewhere has the same fingerprint; another sum has another."""
    rows = [good("repayments"), good("repayments", bank_reference="P-2"), good("repayments", amount="7")]
    first = review("repayments", *rows).rows
    second = read_register(text_table([[], *table("repayments", rows[::-1])]), "x").rows
    assert [fingerprint(row) for row in first] == [fingerprint(row) for row in second][::-1]
    assert len({fingerprint(row) for row in first}) == 3


LOANS = st.fixed_dictionaries(
    {
        "contract_number": st.integers(1, 10**6).map(lambda n: f"ДЗ-{n}"),
        "amount": st.integers(1, 10**12).map(lambda tiyn: tiyn / 100),
        "disbursed_on": st.dates(date(2019, 3, 15), date(2026, 1, 1)),
        "annual_rate": st.sampled_from([0, 0.06, 0.0585, 0.025]),
        "months": st.integers(1, 120),
        "borrower_id": st.integers(0, 9999)
        .map(lambda serial: f"8503154{serial:04}")
        .filter(lambda first: control_digit(first) is not None)
        .map(lambda first: f"{first}{control_digit(first)}"),
        "borrower_name": st.text("Әәғқңөұүһіёж ЯQz;,\"'=+@", min_size=1).filter(
            lambda name: name.strip() == name != ""
        ),
        "sector": st.sampled_from(["животноводство", "Мал шаруашылығы", "trade"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LOANS, min_size=1, max_size=4, unique_by=lambda row: row["contract_number"]))
def test_every_style_reads_back_equal(rows: list[dict[str, Any]]) -> None:
    """One register as a workbook and as text in every delimiter and encoding is the same rows."""
    cells = table("issued-loans", [good("issued-loans", **row) for row in rows])
    expected = read_register(xlsx(cells), "x")
    assert expected.accepted
    assert [row.amount for row in expected.rows if isinstance(row, IssuedLoan)] == [
        tenge(str(row["amount"])) for row in rows
    ]
    for delimiter, encoding in ((";", "kz1048"), (",", "utf-8-sig"), ("\t", "utf-16")):
        assert read_register(text_table(cells, delimiter, encoding), "x").rows == expected.rows
