"""Reports of one's own scope and no other, as previews and as files; filing them, deciding, and comparing later."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.audit.tables import AuditEventRow
from api.submissions.filing import built
from api.submissions.tables import SubmissionRow
from api.world import World
from ledger.organisations import Organisation
from ledger.unit_of_work import perform
from lending.microcredits.reversals import reverse_repayment
from lending.microcredits.tables import LoanRow, RepaymentRow
from reports.catalogue import families
from reports.rendering import render
from reports.words import language
from tests.api.finance.conftest import at_work, client_of
from tests.api.finance.test_closing import post
from tests.api.test_signatures import DETACHED, signature
from tests.api.test_verification import tampered, told

Homes = dict[str, list[Organisation]]
NAMES = [each.name for each in families() if each.name != "loan-statement"]
STRANGERS = "mfo", "credit-partnership", "bank", "guarantor"


def contracts_of_others(world: World, own: Organisation) -> set[str]:
    """Contract numbers of lenders that are not ``own``."""
    with Session(world.jobs) as session:
        return set(session.scalars(select(LoanRow.contract_number).where(LoanRow.lender_id != own.id)))


@pytest.mark.parametrize("name", NAMES)
def test_every_report_is_previewed(world: World, homes: Homes, name: str) -> None:
    """Each family has a page for an akimat, in Kazakh too."""
    client = client_of(world, at_work(homes["akimat"][0], "akimat-officer"))
    assert client.get(f"/reports/{name}?period=2021-Q2").status_code == 200
    assert client.get(f"/reports/{name}?period=2021-06&lang=kk").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_a_lender_reads_nothing_of_other_lenders(world: World, homes: Homes, name: str) -> None:
    """No report a lender can have names a contract of another lender."""
    own = homes["mfo"][0]
    told = client_of(world, at_work(own, "lender-officer")).get(f"/api/v1/reports/{name}?period=2021")
    assert told.status_code == 200
    assert not any(number in told.text for number in contracts_of_others(world, own))


@pytest.mark.parametrize("path", ["/reports/{}", "/api/v1/reports/{}"])
@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "json"])
def test_files_of_others_do_not_exist(world: World, homes: Homes, path: str, form: str) -> None:
    """Asking for another organisation's report is answered as if there were none, in every format."""
    client = client_of(world, at_work(homes["mfo"][0], "lender-officer"))
    for other in (homes["credit-partnership"][0], homes["akimat"][0], homes["guarantor"][0]):
        asked = f"{path.format('issued-loans')}?period=2021-06&organisation={other.code}&format={form}"
        assert client.get(asked).status_code == 404


def test_statements_of_others_do_not_exist(world: World, homes: Homes) -> None:
    """A statement is made of loans in sight only."""
    own = homes["mfo"][0]
    with Session(world.jobs) as session:
        mine = session.scalars(select(LoanRow.id).where(LoanRow.lender_id == own.id)).first()
        other = session.scalars(select(LoanRow.id).where(LoanRow.lender_id != own.id)).first()
    client = client_of(world, at_work(own, "lender-officer"))
    assert client.get(f"/reports/loan-statement?subject={mine}&period=2021-06").status_code == 200
    assert client.get(f"/reports/loan-statement?subject={other}&period=2021-06").status_code == 404


def test_the_ministry_names_whose_report_it_wants(world: World, homes: Homes) -> None:
    """Who sees everything may ask for anybody's report."""
    client = client_of(world, at_work(homes["budget"][0], "auditor"))
    for home in (homes["mfo"][0], homes["akimat"][0]):
        assert client.get(f"/reports/aging?period=2021-06&organisation={home.code}").status_code == 200


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_files_come_in_the_language_chosen(world: World, homes: Homes, lang: str) -> None:
    """The JSON is in the language asked for, and figures are the same in every language."""
    client = client_of(world, at_work(homes["akimat"][0], "akimat-officer"))
    told = client.get(f"/reports/aging?period=2021-06&format=json&in={lang}")
    assert json.loads(told.content)["language"] == lang
    assert 'filename="aging_2021-06_' + lang in told.headers["content-disposition"]


def sender(world: World, homes: Homes) -> Organisation:
    """A lender with repayments in June 2021."""
    with Session(world.jobs) as session:
        lenders = session.scalars(
            select(LoanRow.lender_id).join(RepaymentRow, RepaymentRow.loan_id == LoanRow.id)
            .where(RepaymentRow.paid_on >= date(2021, 6, 1), RepaymentRow.paid_on <= date(2021, 6, 30))
        ).all()  # fmt: skip
    return next(each for each in homes["mfo"] if each.id in lenders)


def duty_of(page: str) -> dict[str, str]:
    """The fields that the page of a report fills in for filing it."""
    link = re.search(r'href="/acts/reports\.file\?([^"]+)"', page)
    assert link is not None
    return dict(pair.split("=") for pair in link[1].replace("&amp;", "&").split("&"))


def filed(world: World, home: Organisation, number: str = "17-01") -> tuple[int, dict[str, str]]:
    """A report filed by a lender from its page: the id, and what was asked."""
    client = client_of(world, at_work(home, "lender-approver"))
    asked = duty_of(client.get("/reports/issued-loans?period=2021-06&lang=ru").text)
    done = post(client, "/acts/reports.file", **asked, outgoing_number=number, confirmed="yes")
    assert done.status_code == 303, done.text  # type: ignore[attr-defined]
    with Session(world.jobs) as session:
        return session.scalars(select(SubmissionRow.id).order_by(SubmissionRow.id.desc())).first() or 0, asked


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE submission SET document = document || '\\x00', sha256 = sha256(document || '\\x00')",
        "UPDATE submission SET figures = jsonb_set(figures, '{period}', '\"2021-07\"')",
        "DELETE FROM command WHERE kind = 'reports.file'",
    ],
)
def test_a_report_changed_after_it_was_filed_is_named(own_world: World, homes: Homes, tampering: str) -> None:
    """Even with its fingerprint made to fit, verification names the report, for its filing told both digests."""
    made, _ = filed(own_world, sender(own_world, homes))
    address = own_world.jobs.url.render_as_string(hide_password=False)
    with tampered(address, "SELECT 1") as untouched:
        assert told(untouched) == set()
    with tampered(address, tampering) as session:
        assert ("submissions-kept", f"submission {made}") in told(session)


def test_a_report_is_signed_beside_its_bytes(own_world: World, homes: Homes) -> None:
    """Its sender hands a signature in: shown with the signer, checked, given back; of other bytes it is refused."""
    home = sender(own_world, homes)
    made, _ = filed(own_world, home)
    client, path = client_of(own_world, at_work(home, "lender-approver")), f"/submissions/{made}"
    document = client.get(f"{path}/document").content
    right, wrong = signature(document, DETACHED), signature(document + b" ", DETACHED)

    def handed_in(content: bytes) -> object:
        files = {"signature": ("otchet.p7s", content, "application/octet-stream")}
        return client.post(f"{path}/signatures", files=files, headers={"Sec-Fetch-Site": "same-origin"})

    refused = handed_in(wrong)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "подписывает другой файл" in refused.text  # type: ignore[attr-defined]
    handed_in(right)
    handed_in(right)
    page = client.get(path).text
    assert page.count("850101400123") == 1
    assert "190340012345" in page
    assert "не проверена в национальном удостоверяющем центре" in page
    given = re.search(rf'href="({path}/signatures/\d+)"', page)
    assert given is not None
    assert client.get(given[1]).content == right
    address = own_world.jobs.url.render_as_string(hide_password=False)
    with tampered(address, "UPDATE submission_signature SET document = 'x', document_sha256 = sha256('x')") as session:
        assert {("signatures-kept", f"submission signature {given[1].rpartition('/')[2]}")} <= told(session)


def test_a_program_signs_a_report(own_world: World, homes: Homes) -> None:
    """By HTTP: once for a key, refused for other bytes, listed, and given whole to whoever verifies it elsewhere."""
    home = sender(own_world, homes)
    made, _ = filed(own_world, home)
    client, path = client_of(own_world, at_work(home, "lender-approver")), f"/api/v1/submissions/{made}/signatures"
    document = client.get(f"/submissions/{made}/document").content
    right, wrong = signature(document, DETACHED), signature(document + b" ", DETACHED)

    def answer(content: bytes, key: str) -> Any:
        body = {"file_name": "otchet.p7s", "content": b64encode(content).decode()}
        return client.post(path, json=body, headers={"Idempotency-Key": key, "Sec-Fetch-Site": "same-origin"})

    refused = answer(wrong, "of-other-bytes")
    assert (refused.status_code, refused.json()["code"]) == (422, "signs-something-else")
    first, again, anew = answer(right, "first-key"), answer(right, "first-key"), answer(right, "second-key")
    assert (first.status_code, again.json()) == (201, first.json())
    assert anew.json() == first.json()
    [told] = client.get(path).json()
    assert (told["id"], told["compared"]) == (first.json()["result"]["signature_id"], True)
    whole = client.get(f"{path}/{told['id']}").json()
    assert (b64decode(whole["content"]), b64decode(whole["document"])) == (right, document)
    stranger = client_of(own_world, at_work(homes["mfo"][1], "lender-approver"))
    assert [stranger.get(each).status_code for each in (path, f"{path}/{told['id']}")] == [404, 404]
    with Session(own_world.jobs) as session:
        audited = session.scalars(select(AuditEventRow).where(AuditEventRow.act == "reports.sign")).all()
    assert b64encode(right).decode() not in str([vars(each) for each in audited])


def test_what_was_filed_prints_again_byte_for_byte(own_world: World, homes: Homes) -> None:
    """The stored document is what is downloaded, has its fingerprint, and is what the report prints as again."""
    home = sender(own_world, homes)
    made, asked = filed(own_world, home)
    client = client_of(own_world, at_work(home, "lender-officer"))
    document = client.get(f"/submissions/{made}/document").content
    with Session(own_world.jobs) as session:
        row = session.get_one(SubmissionRow, made)
        again = built(session, home.code, asked["report"], row.period, row.outgoing_number, row.filed_on)
    assert document.startswith(b"%PDF")
    assert sha256(document).digest() == row.sha256
    assert render(again, "pdf", language(row.language)) == document
    assert "Различий нет" in client.get(f"/submissions/{made}").text


def test_sender_and_receiver_see_it_and_nobody_else(own_world: World, homes: Homes) -> None:
    """Another lender and the guarantor find no such report, nor its document."""
    home = sender(own_world, homes)
    made, _ = filed(own_world, home)
    with Session(own_world.jobs) as session:
        receiver = session.get_one(SubmissionRow, made).receiver_id
    theirs = next(each for some in homes.values() for each in some if each.id == receiver)
    assert (
        client_of(own_world, at_work(theirs, "operator-officer", "akimat-officer"))
        .get(f"/submissions/{made}")
        .status_code
        == 200
    )
    for other in (homes["credit-partnership"][0], homes["guarantor"][0]):
        client = client_of(own_world, at_work(other, "auditor"))
        assert client.get(f"/submissions/{made}").status_code == 404
        assert client.get(f"/submissions/{made}/document").status_code == 404
        assert client.get("/api/v1/submissions").json()["found_count"] == 0


def test_a_report_is_filed_once_unless_returned(own_world: World, homes: Homes) -> None:
    """While it stands it cannot be filed again; returned with a comment, it can; only its receiver decides."""
    home = sender(own_world, homes)
    made, asked = filed(own_world, home)
    again = post(client_of(own_world, at_work(home, "lender-approver")), "/acts/reports.file",
                 **asked, outgoing_number="17-02", confirmed="yes")  # fmt: skip
    assert again.status_code == 409  # type: ignore[attr-defined]
    own = client_of(own_world, at_work(home, "accountant"))
    assert post(own, "/acts/reports.accept", submission_id=str(made), confirmed="yes").status_code in (403, 409)  # type: ignore[attr-defined]
    with Session(own_world.jobs) as session:
        receiver = session.get_one(SubmissionRow, made).receiver_id
    theirs = next(each for some in homes.values() for each in some if each.id == receiver)
    clerk = client_of(own_world, at_work(theirs, "operator-officer", "akimat-officer", login="dauren", user_id=5))
    returned = post(clerk, "/acts/reports.return", submission_id=str(made), comment="строка 17", confirmed="yes")
    assert returned.status_code == 303, returned.text  # type: ignore[attr-defined]
    assert "строка 17" in own.get(f"/submissions/{made}").text
    key = "z" * 12
    anew = client_of(own_world, at_work(home, "lender-approver")).post(
        "/acts/reports.file", data=asked | {"outgoing_number": "17-02", "confirmed": "yes", "key": key},
        headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert anew.status_code == 303


def test_a_correction_after_the_lock_is_told_and_changes_nothing_filed(own_world: World, homes: Homes) -> None:
    """Undoing a June payment in an open month leaves the filed bytes, and is listed as a change after close."""
    home = sender(own_world, homes)
    made, _ = filed(own_world, home)
    client = client_of(own_world, at_work(home, "accountant"))
    before = client.get(f"/submissions/{made}/document").content
    assert client.get("/api/v1/late-changes").json()["found_count"] == 0
    newest = """
        SELECT r.id FROM repayment r JOIN loan l ON l.id = r.loan_id WHERE l.lender_id = :home AND r.amount > 0
        AND NOT EXISTS (SELECT FROM repayment later WHERE later.loan_id = r.loan_id AND later.id > r.id)
        AND r.paid_on < '2022-01-01' ORDER BY r.id DESC
    """
    with Session(own_world.jobs) as session:
        candidates = session.scalars(text(newest), {"home": home.id}).all()
    undone = next(each for each in candidates if _undone(own_world, each))
    told = client.get("/api/v1/late-changes").json()
    assert told["found_count"] >= 1
    assert undone
    assert client.get(f"/submissions/{made}/document").content == before


def _undone(world: World, repayment: int) -> bool:
    """Whether the payment could be undone in an open month."""
    from ledger.errors import NesieError

    try:
        perform(world.jobs, lambda session: reverse_repayment(session, repayment, date(2022, 1, 10)))
    except NesieError:
        return False
    return True


def test_the_chain_names_who_is_late(world: World, homes: Homes) -> None:
    """In July 2021 nobody has filed: the operator sees each lender late, and may remind; the lender sees it too."""
    operator = client_of(world, at_work(homes["operator"][0], "operator-officer"))
    page = operator.get("/calendar?month=2021-07").text
    assert "Опаздывают:" in page
    lender = client_of(world, at_work(homes["mfo"][0], "lender-officer")).get("/calendar?month=2021-07").text
    assert "просрочено дней" in lender
    assert "Собрать:" in lender


def test_a_reminder_is_audited_and_seen(own_world: World, homes: Homes) -> None:
    """Whoever is to receive a report reminds; the audit tells it, and the late one reads it in the calendar."""
    akimat = homes["akimat"][0]
    client = client_of(own_world, at_work(akimat, "akimat-officer", "chief-accountant"))
    link = re.search(r'href="/acts/reports\.remind\?([^"]+)"', client.get("/calendar?month=2021-07").text)
    assert link is not None
    asked = dict(pair.split("=") for pair in link[1].replace("&amp;", "&").split("&"))
    assert post(client, "/acts/reports.remind", **asked, confirmed="yes").status_code == 303  # type: ignore[attr-defined]
    assert "Напомнить" in client.get("/audit").text
    owing = next(each for some in homes.values() for each in some if each.code == asked["organisation"])
    page = client_of(own_world, at_work(owing, "auditor")).get("/calendar?month=2021-07").text
    assert "напоминаний: 1" in page


def test_the_feed_is_a_calendar(world: World, homes: Homes) -> None:
    """Every event of the feed has a day, and no line is longer than the standard allows."""
    told = client_of(world, at_work(homes["mfo"][0], "lender-officer")).get("/calendar/feed.ics").text
    assert told.count("BEGIN:VEVENT") == told.count("DTSTART;VALUE=DATE:") > 10
    assert max(len(line.encode()) for line in told.split("\r\n")) <= 75
