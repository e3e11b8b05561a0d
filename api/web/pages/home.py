"""The first page: whose house this is, and the way to everything that the person may do.

It is open to everybody, because it is also where one signs in from.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.web.rendering import render

router = APIRouter()


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """The first page."""
    return render(request, "shell/home.html")
