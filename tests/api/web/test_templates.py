"""Templates keep clear of what fails silently: under our content policy, with htmx 4, or for somebody who listens.

Each rule is a function from the text of a template to what breaks it; the last test feeds each what it must refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.web.rendering import environment
from reports.words import LANGUAGES, catalogue
from tests.architecture.source import ROOT

TEMPLATES = sorted((ROOT / "api" / "web" / "templates").rglob("*.html"))
#: What htmx 4 does not know any more; every tutorial for htmx 2 uses them.
GONE = {
    "hx-disabled-elt", "hx-disinherit", "hx-ext", "hx-history", "hx-inherit", "hx-params", "hx-prompt", "hx-request",
    "hx-vars",
}  # fmt: skip
#: What needs eval, which the content policy forbids.
EVAL = ("hx-on", "hx-live")
ASKS = ("hx-get", "hx-post")

Tag = tuple[str, dict[str, str]]
Rule = Callable[[str], Iterator[str]]


class Tags(HTMLParser):
    """The start tags of a template with their attributes; Jinja's parts are out of the way."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Tag] = []
        self.feed(re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "x", text, flags=re.DOTALL), flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def read(path: Path) -> str:
    """A template without its comments, which only templates' authors see."""
    return re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)


def tags(text: str) -> list[Tag]:
    """The start tags of a template."""
    return Tags(text).found


def nothing_inline(text: str) -> Iterator[str]:
    """The content policy blocks styles and scripts in a page, and says so to nobody."""
    for tag, given in tags(text):
        yield from (f"{tag} {name}" for name in given if name == "style" or name.startswith("on"))
        yield from (f"{tag} {value}" for value in given.values() if value.strip().lower().startswith("javascript:"))
        if tag == "style" or (tag == "script" and "src" not in given):
            yield tag


def everything_escaped(text: str) -> Iterator[str]:
    """A value marked safe is somebody's script one day."""
    yield from re.findall(r"\|\s*safe\b|autoescape\s+false|Markup\(", text)


def nothing_evaluated(text: str) -> Iterator[str]:
    """Handlers and filters of htmx that are code need eval."""
    for tag, given in tags(text):
        yield from (f"{tag} {name}" for name in given if name.startswith(EVAL))
        yield from (f"{tag} {name}" for name, value in given.items() if name == "hx-trigger" and "[" in value)
        yield from (
            f"{tag} {name}" for name, value in given.items() if name.startswith("hx-") and value.startswith("js:")
        )


def nothing_of_htmx_2(text: str) -> Iterator[str]:
    """Attributes that version 4 ignores."""
    yield from (f"{tag} {name}" for tag, given in tags(text) for name in given if name in GONE)


def comfort_only(text: str) -> Iterator[str]:
    """What asks by htmx is a link or a form that works without it, and has an id so that focus is kept."""
    for tag, given in tags(text):
        if any(name in given for name in ASKS):
            if not {"href", "action", "formaction"} & set(given) and tag not in {"input", "select", "button"}:
                yield f"{tag} works only with JavaScript"
            if "id" not in given:
                yield f"{tag} has no id"


def targets_in_place(text: str) -> Iterator[str]:
    """A target on a parent is ignored unless it says that it is inherited."""
    for tag, given in tags(text):
        if "hx-target" in given and not any(name in given for name in ASKS):
            yield f"{tag} hx-target without hx-get or hx-post"


def macros_know_the_page(text: str) -> Iterator[str]:
    """Macros that speak are imported with the context of the page, which has its language."""
    for name, rest in re.findall(r'\{%\s*import "([\w/]+\.html)" as \w+([^%]*)%\}', text):
        source = environment().get_template(name).filename
        speaks = re.search(r"\b(say|csrf|url|number)\(", read(Path(source or "")))
        if speaks and "with context" not in rest:
            yield f"{name} without context"


def words_that_exist(text: str) -> Iterator[str]:
    """Every key that is said stands in the catalogue of every language."""
    for key in re.findall(r"""\bsay\(\s*["']([\w.-]+)["']\s*[,)]""", text):
        yield from (f"{key} in {lang}" for lang in LANGUAGES if key not in catalogue(lang))


RULES: list[tuple[Rule, str]] = [
    (nothing_inline, '<p style="width: 3%">'),
    (nothing_inline, "<script>alert(1)</script>"),
    (nothing_inline, '<a href="javascript:go()" id="x">'),
    (nothing_inline, '<button onclick="go()">'),
    (everything_escaped, "{{ name | safe }}"),
    (nothing_evaluated, '<a hx-on:click="go()">'),
    (nothing_evaluated, '<input hx-trigger="click[ctrlKey]">'),
    (nothing_of_htmx_2, '<form hx-disabled-elt="this">'),
    (comfort_only, '<div hx-get="/loans" id="loans">'),
    (comfort_only, '<a href="/loans" hx-get="/loans">'),
    (targets_in_place, '<div hx-target="#loans"><a hx-get="/loans" href="/loans"></a></div>'),
    (macros_know_the_page, '{% import "forms.html" as forms %}'),
    (words_that_exist, '{{ say("web.shell.no-such-words") }}'),
]


@pytest.mark.parametrize("rule", dict(RULES), ids=lambda rule: rule.__name__)
def test_templates_keep_the_rule(rule: Rule) -> None:
    """No template breaks it."""
    found = {path.name: list(rule(read(path))) for path in TEMPLATES}
    assert {name: broken for name, broken in found.items() if broken} == {}


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_rule_can_fail(rule: Rule, text: str) -> None:
    """Each rule refuses the mistake it is about."""
    assert list(rule(text)) != []


def test_every_template_can_be_read() -> None:
    """Jinja understands all of them."""
    for path in TEMPLATES:
        environment().get_template(path.relative_to(ROOT / "api" / "web" / "templates").as_posix())
