"""Verification names what was tampered with by somebody whom no guard stops: a superuser with triggers off."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.posting import post, reverse
from ledger.verification import CHECKS, Check, Discrepancy, verify
from tests.ledger.samples import FEBRUARY, JANUARY, MARCH, book, capital, close, drawdown


@pytest.fixture
def places(owner: Session) -> dict[str, int]:
    """Two books, January closed with three events, February closed with a reversal, March open; triggers off."""
    one, two = book(owner, "acc"), book(owner, "mfo-1", "mfo")
    paid, lent, more = post(owner, [capital(one, 700), drawdown(one, two, 300), capital(one, 50)])
    close(owner, JANUARY, [one, two])
    undone = reverse(owner, more, FEBRUARY)
    close(owner, FEBRUARY, [one, two])
    (later,) = post(owner, [capital(one, 9, MARCH)])
    owner.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    owner.execute(text("SET LOCAL session_replication_role = replica"))
    return {"one": one, "two": two, "paid": paid, "lent": lent, "more": more, "undone": undone, "later": later}


def findings(session: Session) -> set[tuple[str, str]]:
    """Check and place of everything that verification finds."""
    return {(each.check, each.where) for _, found in verify(session) for each in found}


def test_nothing_to_find(owner: Session, places: dict[str, int]) -> None:
    """Books that nobody tampered with verify, every check by name."""
    assert findings(owner) == set()
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(
    ("tampering", "check", "place"),
    [
        (
            "UPDATE posting SET amount = amount + 1 WHERE entry_id = {paid} AND line = 1",
            "sealed-entries",
            "entry {paid} line 1",
        ),
        ("UPDATE posting SET amount = 2 * amount WHERE entry_id = {paid}", "sealed-entries", "entry {paid} line 0, 1"),
        (
            "UPDATE posting SET subject = 'loan:9' WHERE entry_id = {paid} AND line = 0",
            "sealed-entries",
            "entry {paid} line 0",
        ),
        (
            "UPDATE posting SET account_id = 32 - account_id, amount = -amount WHERE entry_id = {paid}",
            "sealed-entries",
            "entry {paid} line 0, 1",
        ),
        (
            "UPDATE posting SET line = line + 1 WHERE entry_id = {later} AND line = 1",
            "entries-balance",
            "entry {later}",
        ),
        ("UPDATE entry SET source = 'x' WHERE id = {paid}", "sealed-entries", "entry {paid}"),
        ("UPDATE entry SET command_id = 7 WHERE id = {paid}", "sealed-entries", "entry {paid}"),
        ("UPDATE entry SET command_id = 7 WHERE id = {later}", "commands-answered", "entry {later}"),
        ("UPDATE entry SET recorded_at = '2021-01-01' WHERE id = {paid}", "sealed-entries", "entry {paid}"),
        ("DELETE FROM posting WHERE entry_id = {paid} AND line = 1", "sealed-entries", "entry {paid} line 1"),
        ("DELETE FROM posting WHERE entry_id = {later} AND line = 1", "entries-balance", "entry {later}"),
        ("DELETE FROM posting WHERE entry_id = {later}", "entries-balance", "entry {later}"),
        ("DELETE FROM entry WHERE id = {paid}", "sealed-entries", "entry {paid}"),
        ("DELETE FROM entry WHERE id = {later}", "entries-balance", "entry {later}"),
        (
            "INSERT INTO posting VALUES ({paid}, 2, {one}, 1, '', 1, '2021-01-01')",
            "sealed-entries",
            "entry {paid} line 2",
        ),
        ("INSERT INTO entry VALUES (-1, -1, {one}, 'x', '', '2021-01-09', 2)", "closed-months-sealed", "entry -1"),
        ("INSERT INTO entry_seal VALUES ({later}, {one}, 2, '', '')", "sealed-entries", "entry {later} line 0, 1"),
        ("DELETE FROM entry_seal WHERE entry_id = {paid}", "seals-chain", "book {one} month 2021-01 seal 1"),
        (
            "UPDATE seal SET digest = '' WHERE book_id = {one} AND number = 1",
            "seals-chain",
            "book {one} month 2021-02 seal 2",
        ),
        (
            "UPDATE seal SET month = '2021-03-01' WHERE book_id = {two} AND number = 2",
            "seals-chain",
            "book {two} month 2021-03 seal 2",
        ),
        ("DELETE FROM seal WHERE book_id = {two} AND number = 2", "closed-months-sealed", "book {two} month 2021-02"),
        ("DELETE FROM seal WHERE book_id = {one} AND number = 1", "seals-chain", "book {one} month 2021-02 seal 2"),
        ("UPDATE organisation SET kind = 'mfo' WHERE id = {one}", "seals-chain", "book {one} month 2021-01 seal 1"),
        ("UPDATE organisation SET kind = 'budget' WHERE id = {two}", "accounts-fit-kinds", "book mfo-1"),
        ("UPDATE account SET mirror = '' WHERE id = 3", "chart-installed", "account facility-principal"),
        ("DELETE FROM account WHERE id = 69", "chart-installed", "account memorandum-contra"),
        ("UPDATE posting SET account_id = 999 WHERE entry_id = {later} AND line = 1", "accounts-fit-kinds", "book acc"),
        (
            "UPDATE posting SET amount = 2 * amount WHERE entry_id = {lent}",
            "mirrored-books",
            "facility-principal facility:1",
        ),
        ("UPDATE posting SET amount = 2 * amount WHERE entry_id = {undone}", "reversals-mirror", "entry {undone}"),
        ("UPDATE entry SET reverses = {lent} WHERE id = {undone}", "reversals-mirror", "event {lent}"),
        (
            "UPDATE snapshot SET balance = 1 WHERE month = '2021-01-01' AND book_id = {one} AND account_id = 1",
            "snapshots-derive",
            "snapshot of book {one} 2021-01 account 1 ",
        ),
        (
            "DELETE FROM snapshot WHERE month = '2021-02-01' AND book_id = {one} AND account_id = 1",
            "snapshots-derive",
            "snapshot of book {one} 2021-02 account 1 ",
        ),
        (
            "UPDATE period SET state = 'open' WHERE month = '2021-02-01' AND book_id = {one}",
            "periods-told",
            "book {one} month 2021-02",
        ),
    ],
)
def test_tampering_is_named(owner: Session, places: dict[str, int], tampering: str, check: str, place: str) -> None:
    """Whatever is changed, removed, added or moved is named by the check that is about it."""
    assert owner.execute(text(tampering.format(**places))).rowcount > 0  # type: ignore[attr-defined] # of a cursor
    assert (check, place.format(**places)) in findings(owner)


def test_packages_above_add_their_checks(session: Session) -> None:
    """Any query whose rows are discrepancies is a check."""
    check = Check("sky", "the sky is blue", "SELECT 'sky' AS place, 'blue' AS expected, 'grey' AS found")
    assert list(verify(session, [check])) == [(check, [Discrepancy("sky", "sky", "blue", "grey")])]
