"""The page about security promises nothing that no test stands for."""

import re
from pathlib import Path

from tests.architecture.source import modules


def test_every_test_the_page_names_exists() -> None:
    """A promise whose test was renamed or lost is found."""
    named = set(re.findall(r"`(test_\w+)`", Path("docs/security.md").read_text("utf-8")))
    there = {function.name for module in modules("tests") for function in module.functions}
    assert named - there == set()
