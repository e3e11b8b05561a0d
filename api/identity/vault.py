"""The secret file: what encrypts the secrets of authenticators, kept outside the database and its backups.

The file holds Fernet keys (AES-128 and HMAC-SHA-256), one to a line: the first encrypts, all decrypt. A new first
line changes the key for what is written from then on. Without the file nobody's authenticator is recognised.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from api.settings import Settings


def keys_of(settings: Settings) -> MultiFernet:
    """The keys of an installation: of the file the settings name, or of the one in its home folder."""
    return vault(settings.secret_file or settings.home / "secret-keys")


@cache
def vault(file: Path) -> MultiFernet:
    """The keys in ``file``; a file with a new key, readable by its owner only, is made when there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "wb") as new:
            new.write(Fernet.generate_key() + b"\n")
    return MultiFernet([Fernet(line) for line in file.read_bytes().split()])
