"""What a form sent, for handlers that run in threads: parsed before they are called."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData


async def sent_form(request: Request) -> FormData:
    """The fields and files of the form."""
    return await request.form()


Sent = Annotated[FormData, Depends(sent_form)]
