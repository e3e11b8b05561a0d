"""What was recorded of oversight is never changed or taken away."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

TABLES = (
    "target_use", "explanation_request", "explanation", "violation", "violation_proposal", "violation_closing",
    "breach_terms", "demand", "job_contract", "job_contract_end", "job_evidence", "change_of_use",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_history_stays(session: Session, table: str, act: str) -> None:
    """The application may add rows, and nothing else."""
    with pytest.raises(DBAPIError):
        session.execute(text(act.format(table)))
