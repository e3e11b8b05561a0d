"""What a form sent, for handlers that run in threads: parsed before they are called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData


async def sent_form(request: Request) -> AsyncIterator[FormData]:
    """The fields and files of the form; the files are closed once the request is answered."""
    async with request.form() as form:
        yield form


Sent = Annotated[FormData, Depends(sent_form)]
