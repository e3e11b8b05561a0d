"""The shell in a real browser: it can be used by keyboard, without JavaScript, and loses nothing that was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.world import World
from lending.microcredits.tables import LoanRow
from reports.words import LANGUAGES, say
from tests.browser.conftest import OpenPage
from tests.browser.seeing import too_small, violations
from tests.browser.standing_in import somebody

PAGES = ("/", "/gallery", "/gallery/form", "/nowhere")
PAPER: FilePayload = {"name": "order.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
NAME, NOTE = "очень длинное назначение", "сверено\nс банком"


def filled_in(page: Page) -> Page:
    """The form of the gallery with a sum that is none of ours and a text that is too long."""
    page.goto("/gallery/form")
    page.fill("#amount", "1250000.5")
    page.fill("#purpose", NAME)
    page.fill("#note", NOTE)
    page.select_option("#kind", "early")
    return page


def own_loan(world: World) -> int:
    """A loan of the lender at whom somebody stands in."""
    home = somebody(world.jobs, "lender-officer").organisation_id
    with Session(world.jobs) as session:
        return session.scalars(select(LoanRow.id).where(LoanRow.lender_id == home)).first() or 0


def values(page: Page) -> list[str]:
    """What stands in its fields."""
    return [page.input_value(each) for each in ("#amount", "#purpose", "#note", "#kind")]


KEPT = ["1\u00a0250\u00a0000,50", NAME, NOTE, "early"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_anybody_out(open_page: OpenPage, path: str, lang: str) -> None:
    """Axe finds nothing serious in any language, every target can be hit, and the content policy refuses nothing."""
    page = open_page("lender-officer", lang)
    page.goto(path)
    assert violations(page) == []
    assert too_small(page) == []
    assert page.locator("html").get_attribute("lang") == lang


@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_window_needs_no_scrolling_to_the_side(open_page: OpenPage, path: str) -> None:
    """At 400 % of a usual window only tables scroll to the side, in their own frame."""
    page = open_page("lender-officer")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_keyboard_reaches_what_matters(open_page: OpenPage) -> None:
    """The first stop leads past the head of the page, and Ctrl+K to the search box from anywhere."""
    page = open_page("lender-officer")
    page.goto("/gallery")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#search")).to_be_focused()


def test_a_refused_form_says_where_and_keeps_all(open_page: OpenPage) -> None:
    """The summary has the focus and leads to the field; the title says it; every value is still there."""
    page = filled_in(open_page("lender-officer"))
    page.locator("#repay button").click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.title().startswith("Ошибка: ")
    assert values(page) == KEPT
    page.get_by_role("link", name="Назначение платежа: Не более 10 знаков.").click()
    expect(page.locator("#purpose")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False])
def test_enter_sends_the_form(open_page: OpenPage, *, javascript: bool) -> None:
    """From any of its fields, and does not press the button of a language."""
    page = filled_in(open_page("lender-officer", javascript=javascript))
    page.locator("#amount").press("Enter")
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


@pytest.mark.parametrize("javascript", [True, False])
def test_another_language_keeps_what_was_typed(open_page: OpenPage, *, javascript: bool) -> None:
    """The form comes back in Kazakh with every value, and nothing is asked of it."""
    page = filled_in(open_page("lender-officer", javascript=javascript))
    page.get_by_role("button", name="Қазақша").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert values(page) == KEPT
    expect(page.locator("#error-summary")).to_have_count(0)


def test_another_language_keeps_filters_not_sent(open_page: OpenPage) -> None:
    """What was typed or chosen beside a table stays, and stays unsent; the next page of its own knows nothing of it."""
    page = open_page("lender-officer")
    page.goto("/reports/issued-loans?period=2021-06")
    page.fill("#period", "2021-Q3")
    page.fill("#search", "Нұрғалиева")
    page.get_by_role("link", name="Қазақша").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    expect(page.locator("#period")).to_have_value("2021-Q3")
    expect(page.locator("#search")).to_have_value("Нұрғалиева")
    assert "Q3" not in page.url
    page.goto("/reports/issued-loans?period=2021-06")
    expect(page.locator("#search")).to_have_value("")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_that_is_not_kept_is_said_to_be(open_page: OpenPage, *, javascript: bool) -> None:
    """With scripts as soon as it is chosen; after a change of language in any case, in that language."""
    page = filled_in(open_page("lender-officer", javascript=javascript))
    told = page.locator("[data-not-kept]")
    expect(told).to_be_hidden()
    page.set_input_files("#paper", PAPER)
    expect(told).to_be_visible(visible=javascript)
    page.get_by_role("button", name="Қазақша").click()
    expect(told).to_have_text(say("web.form.file-not-kept", "kk"))
    expect(told).to_be_visible()


def test_a_file_beside_others_is_said_not_to_be_kept(open_page: OpenPage, world: World) -> None:
    """On a card, whose language is a link, too."""
    page = open_page("lender-officer")
    page.goto(f"/cases/{own_loan(world)}")
    page.set_input_files("#files", PAPER)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-not-kept]").first).to_be_visible()


def test_another_language_keeps_the_view(open_page: OpenPage) -> None:
    """The page and its query stay."""
    page = open_page("lender-officer")
    page.goto("/gallery?sort=amount")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[aria-sort=ascending]")).to_have_count(1)


def test_a_form_works_without_javascript(open_page: OpenPage) -> None:
    """It is sent, refused with its values, mended, and leads on."""
    page = filled_in(open_page("lender-officer", javascript=False))
    page.locator("#repay button").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.fill("#amount", "7")
    page.fill("#purpose", "погашение")
    page.fill("#paid_on", "2021-03-17")
    page.locator("#repay button").click()
    expect(page).to_have_url(page.url.partition("/gallery")[0] + "/gallery")


def test_a_form_is_sent_once(open_page: OpenPage) -> None:
    """Pressing the button twice sends one form."""
    page = filled_in(open_page("lender-officer"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("#repay button").dblclick()
    expect(page.locator("#error-summary")).to_be_visible()
    assert len(sent) == 1


def test_a_fault_leaves_the_page_as_it_was(open_page: OpenPage) -> None:
    """What htmx fetched and the server could not give replaces nothing; the page says that something failed."""
    page = open_page("lender-officer")
    page.goto("/gallery")
    page.locator("#fault").click()
    expect(page.locator("#live")).to_have_text("Сбой в системе")
    expect(page.locator("#loans")).to_be_visible()


def test_the_policy_is_in_force(open_page: OpenPage, refused: list[str]) -> None:
    """A style in a page is refused, and these tests would see it."""
    page = open_page()
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    page.wait_for_timeout(100)
    assert {each.split()[0] for each in refused} == {"style-src-attr"}
    refused.clear()
