"""What a form sent, for handlers that run in threads: parsed before they are called.

A form may also come only to be drawn again in another language (`api.web.forms.REDRAW`): then nothing of it is judged.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.datastructures import FormData


async def sent_form(request: Request) -> AsyncIterator[FormData]:
    """The fields and files of the form; the files are closed once the request is answered."""
    async with request.form() as form:
        yield form


Sent = Annotated[FormData, Depends(sent_form)]


def redrawn(redraw: Annotated[str, Form()] = "") -> bool:
    """Whether the person only changed the language."""
    return redraw != ""


Redrawn = Annotated[bool, Depends(redrawn)]
