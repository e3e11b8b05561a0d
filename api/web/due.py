"""What is due: cards of the first page, each a thing to do, by when, and the page where it is done.

Every area tells its own by a function `(session, actor, today) -> cards`, listed in `SOURCES` of
`api.web.pages.home`; it reads under the actor's sight, answers nothing to those it does not concern, and asks no more
than a question or two of the database, because the first page is opened most. Cards come in the order of their days,
what is late first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from reports.report import Text

#: Done needs nothing, waiting is another's turn, attention is ours, problem is late.
Tone = Literal["done", "waiting", "attention", "problem", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCard:
    """One thing to do. ``words`` say what (with how many), ``status`` how it stands, ``link`` opens the rows behind it.

    ``on`` is the last day it is in time, that day included; None where no day is set. ``detail`` says more, such as a
    sum or whom it concerns. Texts are catalogue phrases, so that a card is told in any language.
    """

    words: Text
    status: Text
    link: str
    on: date | None = None
    tone: Tone = "attention"
    detail: Text = ""

    def days_left(self, today: date) -> int | None:
        """Days from ``today`` to the last day, negative when it is past; None where no day is set."""
        return None if self.on is None else (self.on - today).days


Source = Callable[[Session, Actor, date], Sequence[DueCard]]


def gathered(sources: Iterable[Source], session: Session, actor: Actor, today: date) -> list[DueCard]:
    """The cards of all ``sources`` for ``actor``: late ones first, then by day, those without a day last."""
    cards = [card for source in sources for card in source(session, actor, today)]
    return sorted(cards, key=lambda card: (card.tone != "problem", card.on or date.max))
