"""The file of a statement, whichever form it has: the bytes decide, not its name. What could do harm is refused first,
by the same gate through which registers pass.
"""

from __future__ import annotations

import re

from ledger.bank.values import Statement
from lending.bank.exchange import is_exchange, read_exchange
from lending.bank.statement_tables import read_table
from lending.registers.refusals import MAX_BYTES, MEGABYTE, FileTooLarge, WrongFileType
from lending.registers.sheets import decode, read_file

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_statement(content: bytes) -> Statement:
    """The statement in a file: the exchange format in any of its encodings, or a table as XLSX, XLS or CSV.

    Raises:
        UnreadableFile: it is refused as a file. BadStatement: it is no statement, or something in it is not read.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(what="MB", limit=MAX_BYTES // MEGABYTE, found=-(-len(content) // MEGABYTE))
    if _begins_as_text(content):
        text, _ = decode(content)
        if is_exchange(text):
            if _CONTROL.search(text):
                raise WrongFileType
            return read_exchange(text)
    return read_table(read_file(content).sheets)


def _begins_as_text(content: bytes) -> bool:
    """Whether the exchange format's mark may stand at the beginning; tables are left to their own reader."""
    return b"1CClientBankExchange" in content[:200].replace(b"\0", b"")
