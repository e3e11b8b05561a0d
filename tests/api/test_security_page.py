"""The page about security promises nothing that no test stands for, and every item of the checklist is answered."""

import re
from pathlib import Path

from tests.architecture.source import modules

PAGE = Path("docs/security.md")
ITEM = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def test_every_test_the_page_names_exists() -> None:
    """A promise whose test was renamed or lost is found, and so is a file of tests."""
    text = PAGE.read_text("utf-8")
    there = {function.name for module in modules("tests") for function in module.functions}
    assert set(re.findall(r"`(test_\w+)`", text)) - there == set()
    assert [path for path in re.findall(r"`(tests/[\w/.]+)`", text) if not Path(path).exists()] == []


def test_every_item_of_the_checklist_is_answered() -> None:
    """Items 1 to 62 have a line with tests, or one that says why not."""
    assert {int(number) for number in ITEM.findall(PAGE.read_text("utf-8"))} == set(range(1, 63))
