"""One-time codes: of an authenticator (RFC 6238) and, for the day it is lost, recovery codes.

Pure: whether a code fits at a moment, and what an authenticator is told to make the same ones. That a code is good
once, and how often somebody may try, is kept by `api.identity.factors` and `api.identity.attempts`.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

STEP_SECONDS = 30
#: Steps a clock may be ahead or behind.
DRIFT = 1
RECOVERY_CODES = 10
#: Letters and digits that do not look alike; 16 of them are 79 random bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ISSUER = "Nesie"


def new_secret() -> str:
    """A secret for an authenticator: 160 random bits in base 32."""
    return pyotp.random_base32()


def fitting_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code ``code`` is, at most one step from ``now``; None when it is none of them."""
    typed = code.replace(" ", "")
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    here = int(now.timestamp()) // STEP_SECONDS
    fitting = [
        step for step in range(here - DRIFT, here + DRIFT + 1)
        if compare_digest(totp.generate_otp(step).encode(), typed.encode())
    ]  # fmt: skip
    return fitting[0] if fitting else None


def code_at(secret: str, moment: datetime) -> str:
    """The code an authenticator with this secret shows at ``moment``."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).generate_otp(int(moment.timestamp()) // STEP_SECONDS)


def authenticator_address(secret: str, login: str) -> str:
    """The ``otpauth:`` address that sets up an authenticator."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name=ISSUER)


def square(text: str) -> str:
    """``text`` as a QR code, an SVG element that stands in a page by itself."""
    return str(segno.make(text, error="m").svg_inline(scale=4, svgclass="qr", lineclass=None))


def new_recovery_codes() -> list[str]:
    """Codes to be written down: four groups of four letters and digits, about 79 random bits each."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def plain(code: str) -> str:
    """A recovery code as it is kept, however it was typed: spaces, dashes and capitals do not matter."""
    return "".join(letter for letter in code.lower() if letter.isalnum())
