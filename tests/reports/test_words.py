"""The catalogue is whole in three languages, and all of it is used.

Values are written as their readers write them.
"""

import ast
import importlib
import pkgutil
import re
import string
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ledger.errors import NesieError
from ledger.money import tenge
from ledger.verification import Check
from reports.periods import NotAPeriod, parse_period
from reports.report import Cell, Kind, Name, phrase
from reports.words import (
    LANGUAGES,
    Lang,
    MissingWords,
    UnknownLanguage,
    catalogue,
    cell_text,
    check_text,
    error_text,
    language,
    name_order,
    period_text,
    say,
    told,
    value_text,
)

ROOT = Path(__file__).parents[2]
PACKAGES = ("ledger", "lending", "guarantees", "reports", "api")
KEYS = sorted({key for lang in LANGUAGES for key in catalogue(lang)})
#: Words whose English stands in the code: sentences of errors, their values, and what checks tell.
OF_CODE = ("error.", "told.", "check.")
PHRASES = [key for key in KEYS if not key.startswith(OF_CODE)]


def placeholders(words: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def import_all() -> None:
    """Import every module of the packages."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def error_classes() -> list[type[NesieError]]:
    """Every class of the error tree in the packages."""
    import_all()
    found: list[type[NesieError]] = [NesieError]
    for each in found:
        found.extend(each.__subclasses__())
    return [each for each in found if each.__module__.partition(".")[0] in PACKAGES]


def all_checks() -> list[Check]:
    """Every check that a module of the packages declares."""
    import_all()
    return [
        check
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in PACKAGES
        for check in getattr(module, "CHECKS", ())
    ]


#: Strings of the code that words are put together from by adding their last part: ``"act." ~ act.name``.
FAMILIES = re.compile(r"""["'f{]((?:[a-z][\w-]*\.)+)["'{]""")


def families() -> tuple[str, ...]:
    """The beginnings of keys whose endings are values: acts, fields, states."""
    sources = [file for package in PACKAGES for kind in ("py", "html") for file in (ROOT / package).rglob(f"*.{kind}")]
    return tuple(sorted({name for file in sources for name in FAMILIES.findall(file.read_text("utf-8"))}))


@cache
def spoken_strings() -> set[str]:
    """Every string constant of the sources, the templates and the rule files, f-strings in pieces."""
    strings: set[str] = set()
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            tree = ast.parse(source.read_text("utf-8"))
            strings |= {
                node.value.strip(".")
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
        for template in (ROOT / package).rglob("*.html"):
            strings |= set(re.findall(r"""["']([a-z][\w.-]+)["']""", template.read_text("utf-8")))
        for table in (ROOT / package).rglob("*.toml"):
            strings |= set(leaves(tomllib.loads(table.read_text("utf-8"))))
    return strings


def values_of_errors() -> Iterator[tuple[Path, str, str]]:
    """The strings given to errors where they are raised, by field; a 1 stands in each place of an f-string."""
    names = {each.__name__ for each in error_classes()}
    for source in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                for given in node.keywords:
                    text = written_out(given.value)
                    if text is not None and given.arg not in {None, "field"}:
                        yield source, str(given.arg), text


def reasons_of_refusals() -> Iterator[tuple[Path, str]]:
    """The reasons that stand as keys beside whether they hold: of a table called so, or handed to ``_refuse``."""
    for source in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id="reasons")], value=ast.Dict(keys=keys)):
                    given = keys
                case ast.Call(func=ast.Name(id="_refuse"), args=[_, ast.Dict(keys=keys)]):
                    given = keys
                case _:
                    continue
            yield from ((source, text) for key in given if key and " " in (text := written_out(key) or ""))


def written_out(node: ast.expr) -> str | None:
    """The text of a string or an f-string."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts)
    return None


def leaves(node: object) -> Iterator[str]:
    """All strings within tables and lists, and the names in tables."""
    match node:
        case str():
            yield node
        case dict():
            yield from node
            for each in node.values():
                yield from leaves(each)
        case list():
            for each in node:
                yield from leaves(each)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_language_lacks_words(lang: Lang) -> None:
    """Every key has words in every language; only what the code itself says has its English there."""
    wanted = PHRASES if lang == "en" else KEYS
    assert [key for key in wanted if key not in catalogue(lang)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_key_stands_twice(lang: Lang) -> None:
    """A key has one wording, in one file of its language."""
    keys = [
        message.id
        for file in (ROOT / "reports" / "locale" / lang).glob("*.po")
        for message in read_po(BytesIO(file.read_bytes()))
        if message.id
    ]
    assert len(keys) == len(set(keys))


def test_placeholders_agree_between_languages() -> None:
    """A translation takes the same values as the original."""
    differing = [
        key for key in PHRASES if len({frozenset(placeholders(catalogue(lang)[key])) for lang in LANGUAGES}) > 1
    ]
    assert differing == []


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_what_errors_tell_keeps_its_places(lang: Lang) -> None:
    """A value of an error is translated with everything that the English one says."""
    told = [key for key in KEYS if key.startswith("told.")]
    assert [key for key in told if placeholders(catalogue(lang)[key]) != placeholders(key)] == []


def test_no_words_are_unused() -> None:
    """Every key is said somewhere, whole or put together from its parts."""
    spoken, put_together = spoken_strings(), families()
    keys = [key for key in KEYS if not key.startswith("told.")]
    unused = [
        key
        for key in keys
        if key not in spoken and not set(key.split(".")) <= spoken and not key.startswith(put_together)
    ]
    assert unused == []


def test_what_errors_tell_is_told_by_the_code() -> None:
    """Every translated value is a string of the sources, in a field that errors have; rewording one shows here."""
    spoken = spoken_strings()
    fields = {field for each in error_classes() for field in getattr(each, "__dataclass_fields__", {})}
    for key in (key for key in KEYS if key.startswith("told.")):
        _, field, english = key.split(".", 2)
        assert field in fields, key
        assert {text.strip(".") for text, *_ in string.Formatter().parse(english) if text} <= spoken, key


def test_what_the_code_tells_in_errors_is_worded() -> None:
    """A value that is written out where an error is raised is translated; names of fields are JSON's."""
    untold = [
        (file.name, field, text)
        for file, field, text in values_of_errors()
        if told(field, text, "kk") == text and any(letter.isalpha() for letter in text)
    ]
    assert untold == []


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_reason_of_a_refusal_is_worded(lang: Lang) -> None:
    """The reasons that a refusal chooses from are translated."""
    found = list(reasons_of_refusals())
    assert len({source for source, _ in found}) > 5
    assert [(source.name, text) for source, text in found if told("reason", text, lang) == text] == []


@pytest.mark.parametrize("lang", ["kk", "ru"])
@pytest.mark.parametrize("field", ["found", "reason"])
def test_every_state_of_a_claim_is_worded(field: str, lang: Lang) -> None:
    """Refusals that tell how a claim stands do so in the language."""
    source = "".join(file.read_text("utf-8") for file in (ROOT / "guarantees").glob("*.py"))
    states = set(re.findall(r"(?:step|_end)\(session, [\w.]+, \"(\w+)\"", source)) - (
        {"paid"} if field == "reason" else set()
    )
    assert len(states) > 5
    assert {state for state in states if told(field, state, lang) == state} == set()


def test_no_code_has_two_sentences() -> None:
    """A code tells its reader one thing, and so has one wording."""
    sentences: dict[str, set[str]] = {}
    for each in error_classes():
        sentences.setdefault(each.code, set()).add(each.sentence)
    assert {code: said for code, said in sentences.items() if len(said) > 1} == {}


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_error_is_worded_in_kazakh_and_russian(lang: Lang) -> None:
    """An error has words in both languages, and they take only the values that the error carries."""
    words = catalogue(lang)
    unworded = [each.code for each in error_classes() if f"error.{each.code}" not in words]
    assert unworded == []
    for each in error_classes():
        assert placeholders(words[f"error.{each.code}"]) <= set(getattr(each, "__dataclass_fields__", {})), each.code


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_check_is_worded_in_kazakh_and_russian(lang: Lang) -> None:
    """What each check of every package tells can be read in both languages; no words are left of checks that went."""
    checks = {check.name: check for check in all_checks()}
    assert [name for name, check in checks.items() if check_text(check, lang) == check.tells] == []
    assert {key for key in catalogue(lang) if key.startswith("check.")} == {f"check.{name}" for name in checks}


def test_an_error_is_worded_with_its_values() -> None:
    """The wording carries what was found; the English one is the sentence of the class."""
    error = NotAPeriod(found="2021-13")
    assert error_text(error, "en") == str(error)
    assert all("2021-13" in error_text(error, lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("field", "value", "ru"),
    [
        ("what", "organisation", "организация"),
        ("found", "organisation", "organisation"),
        ("expected", "a date after 2021-03-01", "дата после 2021-03-01"),
        ("expected", "contracted or active", "договор заключен или действующий"),
        ("expected", ("month", "year"), ("месяц", "год")),
        ("registers", "issued-loans, repayments, target-use", "выданные займы, погашения, целевое использование"),
        ("expected", "a date after {lang}", "дата после {lang}"),
        ("loan", 17, 17),
    ],
)
def test_values_of_errors_are_told_in_the_language(field: str, value: object, ru: str) -> None:
    """What our code says in a field is translated with what stands in it; the same word of a user is not."""
    assert told(field, value, "ru") == ru
    assert told(field, value, "en") == value


@pytest.mark.parametrize(
    ("kind", "cell", "kk", "ru", "en"),
    [
        ("money", 123456789, "1\u00a0234\u00a0567,89", "1\u00a0234\u00a0567,89", "1,234,567.89"),
        ("money", -5, "-0,05", "-0,05", "-0.05"),
        ("money", 2**63 - 1, *["92\u00a0233\u00a0720\u00a0368\u00a0547\u00a0758,07"] * 2, "92,233,720,368,547,758.07"),
        ("integer", 1234, "1\u00a0234", "1\u00a0234", "1,234"),
        ("percent", Decimal("0.06"), "6,00%", "6,00\u00a0%", "6.00%"),
        ("percent", Decimal("0.060001"), "6,0001%", "6,0001\u00a0%", "6.0001%"),
        ("rate", Decimal("0.062"), "6,2%", "6,2\u00a0%", "6.2%"),
        ("date", date(2021, 3, 1), "01.03.2021", "01.03.2021", "1 Mar 2021"),
        ("month", date(2021, 3, 17), "2021 жылғы наурыз", "март 2021 года", "March 2021"),
        ("identifier", "050315400124", "050315400124", "050315400124", "050315400124"),
        ("text", None, "", "", ""),
    ],
)
def test_cells_are_written_as_their_readers_write_them(kind: Kind, cell: Cell, kk: str, ru: str, en: str) -> None:
    """Money, counts, percentages, dates and months follow the habits of each language, exactly."""
    assert [cell_text(kind, cell, lang) for lang in LANGUAGES] == [kk, ru, en]


@pytest.mark.parametrize(
    ("value", "ru"),
    [
        (tenge("1250000.50"), "1\u00a0250\u00a0000,50\u00a0₸"),
        (Decimal("0.5"), "0,5"),
        (date(2021, 4, 3), "3 апреля 2021\u202fг."),
        (Name(kk="а", ru="б", en="c"), "б"),
        (phrase("total.all"), "Всего"),
        (parse_period("2021-Q1"), "1-й квартал 2021 года"),
        (("a", 1), "a, 1"),
    ],
)
def test_values_in_sentences_are_written_out(value: object, ru: str) -> None:
    """Sums carry their currency, dates are in full, names and phrases are in the language."""
    assert value_text(value, "ru") == ru


def test_a_period_is_said_in_kazakh_word_order() -> None:
    """The year comes first, and months are not capitalised."""
    said = [period_text(parse_period(each), "kk") for each in ("2021-03", "2021-Q1", "2021-H2", "2021")]
    assert said == ["2021 жылғы наурыз", "2021 жылғы 1-тоқсан", "2021 жылғы 2-жартыжылдық", "2021 жыл"]


def test_missing_words_are_named() -> None:
    """A key that nobody worded is a fault that names the key and the language."""
    with pytest.raises(MissingWords, match=r"en has no words for no\.such"):
        say("no.such", "en")


def test_words_from_users_are_not_read_as_placeholders() -> None:
    """Braces in a value stay as they are."""
    assert "{lang}" in error_text(NotAPeriod(found="{lang}"), "kk")


def test_names_sort_by_the_kazakh_alphabet() -> None:
    """Ә follows А, Қ follows К, quotes and case do not count, Latin goes first."""
    names = ["«Қайрат» ЖШС", "Яссы", "Әсем", "кәсіп", "Азат", "Іле", "Damu", "Ыстықкөл"]
    assert sorted(names, key=name_order) == ["Damu", "Азат", "Әсем", "кәсіп", "«Қайрат» ЖШС", "Ыстықкөл", "Іле", "Яссы"]


def test_a_language_is_one_of_three() -> None:
    """Case does not matter; another word is refused."""
    assert language(" KK ") == "kk"
    with pytest.raises(UnknownLanguage, match="found de"):
        language("de")
