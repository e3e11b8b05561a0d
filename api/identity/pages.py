"""Every page of identity under one router: the door, one's own account, and the people of an organisation.

The application includes `router`; `api.identity.recognising` finds out beforehand who asks.
"""

from __future__ import annotations

from fastapi import APIRouter

from api.identity import account_pages, entrance_pages, provider_pages, user_pages

router = APIRouter(include_in_schema=False)
for part in (entrance_pages.router, provider_pages.router, account_pages.router, user_pages.router):
    router.include_router(part)
