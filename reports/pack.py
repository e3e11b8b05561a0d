"""A pack of reports: every family for one period, in several languages and formats, in one folder.

All reports are built from one snapshot of the books and then rendered by several processes, for a page of a PDF costs
far more than the query behind it. Statements are made of a few loans only. ``SHA256SUMS`` lists every file with its
fingerprint, as ``sha256sum --check`` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from reports.catalogue import families
from reports.family import ReportRequest
from reports.files import write_atomically
from reports.loan_statement import LOAN_STATEMENT
from reports.periods import ReportPeriod
from reports.rendering import FORMATS, Format, file_name, prepare_writers, render
from reports.report import Report
from reports.words import LANGUAGES, Lang

#: Told after every file: how many are written, of how many, and the newest.
Progress = Callable[[int, int, Path], None]

SUMS = "SHA256SUMS"

#: Loans with the longest stories: most schedules, then most payments.
TELLING_LOANS = text(
    """
    SELECT s.loan_id FROM loan_schedule s JOIN disbursement d ON d.loan_id = s.loan_id AND d.paid_on <= :end
    WHERE s.valid_from <= :end
    GROUP BY s.loan_id
    ORDER BY count(DISTINCT s.version) DESC,
        (SELECT count(*) FROM repayment r WHERE r.loan_id = s.loan_id AND r.paid_on <= :end) DESC, s.loan_id
    LIMIT :loans
    """
)


@dataclass(frozen=True, slots=True)
class Job:
    """One report to be written in one language, in every format asked for."""

    report: Report
    lang: Lang
    formats: tuple[Format, ...]
    folder: Path


def write_pack(
    engine: Engine,
    folder: Path,
    period: ReportPeriod,
    *,
    languages: Sequence[Lang] = LANGUAGES,
    formats: Sequence[Format] = FORMATS,
    statements: int = 2,
    workers: int = 2,
    progress: Progress = lambda *_: None,
) -> list[Path]:
    """Write every family for ``period`` into ``folder``, made if it is missing; the files in order of their names.

    ``statements`` is how many loans get a statement, ``workers`` how many processes render. ``progress`` is called
    from the calling thread.

    Raises:
        FiguresDisagree: a report does not add up to the books; nothing is written.
    """
    fingerprints: dict[Path, str] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes:
        for _ in range(workers):
            processes.submit(prepare_writers, tuple(formats))  # while the reports are built
        with Session(engine) as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            reports = list(build_pack(session, period, statements))
        folder.mkdir(parents=True, exist_ok=True)
        jobs = [Job(report, lang, tuple(formats), folder) for report in _longest_first(reports) for lang in languages]
        for written in processes.map(write_job, jobs):
            for file, fingerprint in written:
                fingerprints[file] = fingerprint
                progress(len(fingerprints), len(jobs) * len(formats), file)
    files = sorted(fingerprints)
    write_atomically(folder / SUMS, "".join(f"{fingerprints[file]}  {file.name}\n" for file in files).encode())
    return files


def build_pack(session: Session, period: ReportPeriod, statements: int) -> Iterator[Report]:
    """The reports of a pack: every family once, and a statement for each of a few loans with long stories."""
    for family in families():
        if family is not LOAN_STATEMENT:
            yield family.report(session, ReportRequest(period=period))
    for loan_id in session.scalars(TELLING_LOANS, {"end": period.end, "loans": statements}):
        yield LOAN_STATEMENT.report(session, ReportRequest(period=period, subject=str(loan_id)))


def write_job(job: Job) -> list[tuple[Path, str]]:
    """Write one report in its formats; each file with its SHA-256 in hexadecimal."""
    written = []
    for each in job.formats:
        content = render(job.report, each, job.lang)
        file = job.folder / file_name(job.report, each, job.lang)
        write_atomically(file, content)
        written.append((file, sha256(content).hexdigest()))
    return written


def _longest_first(reports: Iterable[Report]) -> list[Report]:
    """The reports with most rows first, so that no process is left with a long one at the end."""
    return sorted(reports, key=lambda report: -sum(len(section.rows) for section in report.sections))
