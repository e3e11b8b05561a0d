"""A register over HTTP, from file to receipt: judged at once, mended in a click, accepted by two, never twice."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from httpx2 import Response
from sqlalchemy import text

from api.world import World
from ledger.unit_of_work import perform
from tests.api.people import person
from tests.api.site import KEY, SITE, TOKEN
from tests.api.uploads.registers import (
    LOST,
    WITH_ZERO,
    approver,
    at,
    issued,
    lender_of,
    officer,
    sent,
    serving,
    workbook,
)


@pytest.fixture
def world(fresh_database: str) -> Iterator[World]:
    """A world in which every register takes two people."""
    with serving(fresh_database) as made:
        yield made


def press(client: object, page: Response, action: str, **more: str) -> Response:
    """Press the button of a form of the page."""
    key = KEY.search(page.text)
    fields = {"csrf": TOKEN.findall(page.text)[-1], "key": key[1] if key else ""} | more
    return client.post(action, data=fields, headers={"Origin": SITE})  # type: ignore[attr-defined, no-any-return]


def counted(world: World, table: str) -> int:
    """How many rows a table has."""
    query = text(f"SELECT count(*) FROM {table}")
    return int(perform(world.jobs, lambda session: session.execute(query).scalar_one()))


def receipt_of(page: Response) -> str:
    """The way from a review to the receipt."""
    found = re.search(r'href="(/registers/\d+)"', page.text)
    assert found is not None
    return found[1]


def path(page: Response) -> str:
    """Where the browser ended up."""
    return page.url.path


def test_from_the_file_to_the_receipt(world: World) -> None:
    """A good file is judged without recording anything, waits for the checker, and is accepted whole with a receipt."""
    home = lender_of(world.jobs)
    maker, checker = at(world, officer(home)), at(world, approver(home))
    review = sent(maker, workbook(issued(3)))
    assert review.status_code == 200
    assert "Все строки верны: 3" in review.text
    assert counted(world, "loan") == counted(world, "register") == 0
    waiting = press(maker, review, "/acts/registers.accept", upload_id=path(review).split("/")[-1], confirmed="yes")
    assert path(waiting).startswith("/approvals/")
    press(checker, checker.get(path(waiting)), f"{path(waiting)}/approve")
    receipt = maker.get(receipt_of(maker.get(path(review))))
    assert counted(world, "loan") == 3
    assert len(re.findall(r'href="/loans/\d+"', receipt.text)) == 3
    assert "300\u00a0000,00" in receipt.text
    assert "300\u00a0000,00" in maker.get("/registers").text
    assert maker.get(f"{receipt_of(maker.get(path(review)))}/file").content == workbook(issued(3))


def test_the_same_file_again_says_so(world: World) -> None:
    """A file that is accepted answers with its number and its day, and nothing is recorded twice."""
    home = lender_of(world.jobs)
    maker, checker = at(world, officer(home)), at(world, approver(home))
    content = workbook(issued())
    review = sent(maker, content)
    waiting = press(maker, review, "/acts/registers.accept", upload_id="1", confirmed="yes")
    press(checker, checker.get(path(waiting)), f"{path(waiting)}/approve")
    again = sent(maker, content, "other-name.xlsx")
    assert "Этот файл уже принят: реестр № " in again.text
    assert "изменений нет" in again.text
    assert "registers.accept" not in again.text
    assert (counted(world, "upload"), counted(world, "register")) == (1, 1)


def test_every_problem_comes_at_once_with_the_rows_as_they_were(world: World) -> None:
    """Rows with problems are counted, grouped by what mends them, shown as they stood, and marked in the workbook."""
    maker = at(world, officer(lender_of(world.jobs)))
    rows = issued(4)
    rows[1]["annual_rate"], rows[2]["annual_rate"], rows[3]["months"] = "дорого", "много", "долго"
    review = sent(maker, workbook(rows))
    assert "Строк с ошибками: 3 из 4" in review.text
    assert "<mark>дорого</mark>" in review.text
    assert "registers.accept" not in review.text
    marked = maker.get(f"{path(review)}/marked")
    assert marked.headers["Content-Disposition"] == 'attachment; filename="upload-1-marked.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert sum(cell.fill.fgColor.rgb == "FFFFC7CF" for row in sheet.iter_rows() for cell in row) == 3


def test_lost_zeros_come_back_in_one_click(world: World) -> None:
    """Numbers that a spreadsheet shortened are put back into the file, which is judged again without the warnings."""
    maker = at(world, officer(lender_of(world.jobs)))
    review = sent(maker, workbook(issued(3, borrower_id=LOST)))
    assert "ячеек 3 → исправить все" in review.text
    mended = press(maker, review, f"{path(review)}/zeros")
    assert path(mended) != path(review)
    assert "исправить все" not in mended.text
    workbook_back = openpyxl.load_workbook(io.BytesIO(maker.get(f"{path(mended)}/file").content))
    cells = [cell.value for row in workbook_back.worksheets[0].iter_rows() for cell in row]
    assert cells.count(WITH_ZERO) == 3
    assert "заменен исправленным" in maker.get(path(review)).text


def test_a_rejected_file_may_be_sent_again(world: World) -> None:
    """What the checker rejects goes back to its maker as it was, and nothing is accepted."""
    home = lender_of(world.jobs)
    maker, checker = at(world, officer(home)), at(world, approver(home))
    review = sent(maker, workbook(issued()))
    waiting = press(maker, review, "/acts/registers.accept", upload_id="1", confirmed="yes")
    assert "ждет подтверждения проверяющего" in maker.get(path(review)).text
    press(checker, checker.get(path(waiting)), f"{path(waiting)}/reject", reason="не тот месяц")
    assert "Отправить проверяющему" in maker.get(path(review)).text
    assert counted(world, "register") == 0


def test_what_is_taken_back_is_over(world: World) -> None:
    """A file taken back is not offered any more, and handing it in anew begins again."""
    maker = at(world, officer(lender_of(world.jobs)))
    review = sent(maker, workbook(issued()))
    over = press(maker, review, f"{path(review)}/cancel")
    assert "Файл отозван" in over.text
    assert press(maker, over, f"{path(review)}/zeros").status_code == 409
    assert "Отправить проверяющему" in sent(maker, workbook(issued())).text


def test_pasted_rows_are_a_register_too(world: World) -> None:
    """Rows copied out of a spreadsheet are judged like a file."""
    maker = at(world, officer(lender_of(world.jobs)))
    rows = "Номер договора\tДата договора\tДата платежа\tСумма\nДЗ-9\t15.03.2019\t20.04.2019\t100,50"
    review = maker.post("/registers/upload", data={"rows": rows}, headers={"Origin": SITE})
    assert "Погашения" in review.text
    assert "Строк с ошибками: 1 из 1" in review.text


def test_templates_are_handed_out(world: World) -> None:
    """There is an empty workbook for every kind of register, and none for what is not one."""
    maker = at(world, officer(lender_of(world.jobs)))
    made = maker.get("/registers/templates/issued-loans")
    assert made.headers["Content-Disposition"] == 'attachment; filename="template-issued-loans-ru.xlsx"'
    assert openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]["A1"].value
    assert maker.get("/registers/templates/..%2Fx").status_code == 404


@pytest.mark.parametrize(
    "name", ["../../x.xlsx", "a\u202exslx.exe", "nul\x01l.xlsx", "C:\\temp\\x.xlsx", '"; filename=x.html', "x" * 300]
)
def test_files_have_no_names_but_ours(world: World, name: str) -> None:
    """Whatever a file was called, it comes back as an attachment under our name, isolated and not guessed at."""
    maker = at(world, officer(lender_of(world.jobs)))
    content = workbook(issued())
    review = sent(maker, content, name)
    assert review.status_code == 200
    back = maker.get(f"{path(review)}/file")
    assert back.content == content
    assert back.headers["Content-Disposition"] == 'attachment; filename="upload-1.xlsx"'
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in back.headers["Content-Security-Policy"]
    assert not set("\u202e\x01/\\") & set(
        re.findall(r"<title>(.*)</title>", review.text)[0].partition("·")[2].partition(" · ")[0]
    )


def test_another_organisation_sees_no_file_of_ours(world: World) -> None:
    """Pages, files and acts of one lender do not exist for another, and its own roles do not help."""
    home, other = lender_of(world.jobs), lender_of(world.jobs, "DF-8/2019")
    review = sent(at(world, officer(home)), workbook(issued()))
    stranger = at(world, officer(other))
    for place in ("", "/file", "/marked"):
        assert stranger.get(path(review) + place).status_code == 404, place
    for verb in ("check", "zeros", "cancel"):
        assert stranger.post(f"{path(review)}/{verb}", headers={"Origin": SITE}).status_code == 404, verb
    asked = {"upload_id": "1", "confirmed": "yes", "key": "k" * 8}
    assert stranger.post("/acts/registers.accept", data=asked, headers={"Origin": SITE}).status_code == 404
    assert counted(world, "approval") == 0
    assert "reestr.xlsx" not in stranger.get("/registers").text


def test_only_officers_send_registers(world: World) -> None:
    """An auditor looks and may not send; a checker neither."""
    home = lender_of(world.jobs)
    for role in ("auditor", "lender-approver"):
        client = at(world, person(home, role))
        assert client.get("/registers").status_code == 200
        assert sent(client, workbook(issued())).status_code == 403
