"""``nesie check`` from the outside: what it prints, and how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from lending.programmes.application import Application
from tests.lending.programmes.samples import facts


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command on a document and gives its exit code and output."""

    def command(document: Any, *options: str) -> tuple[int, str]:
        file = tmp_path / "applications.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        monkeypatch.setattr(sys, "argv", ["nesie", "check", str(file), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().out

    return command


def test_nothing_blocks(run: Any) -> None:
    """An application without findings ends well, as one object."""
    code, output = run(facts("746-rural"), "--format", "json")
    assert (code, json.loads(output)) == (0, {"edition": "746", "findings": []})


def test_something_blocks(run: Any) -> None:
    """One refused application of a list makes the exit code 1; a list in gives a list out, in order."""
    code, output = run([facts("746-rural"), facts("746-rural", amount="9000000.00")], "--format", "json")
    answers = json.loads(output)
    assert (code, [len(answer["findings"]) for answer in answers]) == (1, [0, 1])
    assert set(answers[1]["findings"][0]) == {"rule", "severity", "limit", "actual", "message", "clause"}


def test_a_warning_does_not_block(run: Any) -> None:
    """An unknown fact is told, and the exit code stays 0."""
    code, output = run(facts("746-rural", oked="null"), "--lang", "ru")
    assert code == 0
    assert "746-LN-02" in output
    assert "неизвестно — oked" in output


@pytest.mark.parametrize("document", ["{", "5", '{"purpose": "yacht"}', '[{"amount": "x"}]'])
def test_what_cannot_be_read(run: Any, document: str) -> None:
    """A broken file, something else than applications, and impossible values end with 2."""
    assert run(document)[0] == 2


def test_the_language_of_messages(run: Any) -> None:
    """With a language named the message is one sentence in it."""
    _, output = run(facts("746-rural", annual_rate="0.07", guarantee="false"), "--format", "json", "--lang", "kk")
    assert json.loads(output)["findings"][0]["message"].startswith("Номиналды сыйақы мөлшерлемесі")


def test_the_page_on_applications_is_true(run: Any) -> None:
    """The example of the documentation is an application that nothing is said against, and names every field."""
    page = (Path(__file__).parents[3] / "docs" / "applications.md").read_text("utf-8")
    code, output = run(page.partition("```json\n")[2].partition("```")[0], "--format", "json")
    assert (code, json.loads(output)["findings"]) == (0, [])
    assert {name for name in Application.model_fields if f'"{name}"' not in page and f"`{name}`" not in page} == set()
