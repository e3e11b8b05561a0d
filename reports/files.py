"""Files that are whole or not there at all.

A report is written beside its name and then takes it in one step, so that nobody opens half a report and an
interrupted command leaves the earlier one as it was.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile


def write_atomically(target: Path, content: bytes) -> None:
    """Write ``content`` as ``target``, replacing what was there; its folder must exist.

    Raises:
        OSError: the folder is missing or cannot be written to; nothing changes then.
    """
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as beside:
        try:
            beside.write(content)
            beside.flush()
            Path(beside.name).chmod(0o644)
            Path(beside.name).replace(target)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
