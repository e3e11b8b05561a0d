"""Every macro on two pages, with figures of the demo's size: what areas are built of is looked at here first."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import RedirectResponse, Response

from api.http.asking import spoken
from api.web import tables
from api.web.forms import Form, Sent, asked, is_redrawn, problems_of, typed
from api.web.rendering import render, url
from api.web.tables import Cell, Choice, Empty, Facet, Head, Row, Table, Total

router = APIRouter()

TONES: tuple[tables.Tone, ...] = ("done", "waiting", "attention", "problem", "info", "neutral")
WORDS = ("погашен", "ждет второго", "просрочка 12 дней", "нецелевое", "новый", "черновик")
SUMS = (1_234_567_89, 25_000_000_00, 987_50, 4_100_000_00, 300_000_00, 0)


class Repayment(BaseModel):
    """What the form of the gallery asks."""

    amount: Annotated[int, Field(gt=0)]
    paid_on: date
    purpose: Annotated[str, Field(max_length=10)]


def listing(request: Request) -> Table:
    """A listing of loans with everything that a table may have."""
    order = "ascending" if request.query_params.get("sort") == "amount" else "none"
    rows = [
        Row(
            cells=[
                Cell(f"МК-2021/{place:04}", link=f"/gallery?loan={place}"),
                Cell(("ТОО «Жасыл ел»", "ИП Нұрғалиева Ә. Қ.", "КХ «Ұлытау»")[place % 3]),
                Cell(f"{17 + place}.03.2021"),
                Cell(WORDS[place % 6], tone=TONES[place % 6]),
                Cell(f"{SUMS[place % 6] / 100:,.2f}".translate({44: "\u00a0", 46: ","})),
                Cell("6,00\u00a0%"),
            ]
        )
        for place in range(1, 19)
    ]
    return Table(
        id="loans", caption="Выданные микрокредиты", found=214,
        heads=[
            Head(words="Договор", link=url(request, sort="number")), Head(words="Заемщик"),
            Head(words="Выдан", lie="narrow"), Head(words="Состояние", lie="narrow"),
            Head(words="Остаток, ₸", lie="number", link=url(request, sort="amount"), sorted=order),  # type: ignore[arg-type]  # one of the two
            Head(words="Ставка", lie="number"),
        ],
        rows=rows,
        totals=[
            Total(words="По фильтру", cells=[*[Cell("")] * 3, Cell("312\u00a0406,17", link="/gallery"), Cell("")]),
            Total(words="Всего", cells=[*[Cell("")] * 3, Cell("28\u00a0904\u00a0118\u00a0430,00"), Cell("")]),
        ],
        facets=[
            Facet(words="Просрочка", choices=[Choice(words="нет", count=190, link=url(request, arrears="no")),
                  Choice(words="1–30 дней", count=24, link=url(request, arrears=None), chosen=True)]),
            Facet(words="Район", choices=[Choice(words="Ұлытау", count=12, link=url(request, district=1))]),
        ],
        empty=Empty(words="", link=None), next=url(request, after=19), first=url(request, after=None),
        downloads=[("XLSX", "/gallery.xlsx"), ("CSV", "/gallery.csv")],
        note="Остаток на конец дня по учетной книге.",
    )  # fmt: skip


NOTHING = Table(
    id="none", caption="Претензии гаранту", heads=[], rows=[],
    empty=Empty(words="Претензий нет. Претензию подают с карточки займа.", link="/gallery", link_words="К займам"),
)  # fmt: skip


@router.get("/gallery")
def gallery(request: Request) -> Response:
    """Everything that shows."""
    return render(
        request, "gallery.html", listing=listing(request), nothing=NOTHING, tones=list(zip(TONES, WORDS, strict=True))
    )


@router.get("/gallery/form")
def form(request: Request) -> Response:
    """Everything that asks."""
    return render(request, "gallery_form.html", form=Form({"purpose": "<img src=x onerror=alert(1)>"}))


@router.post("/gallery/form")
def send(request: Request, data: Sent) -> Response:
    """Send the form: on to the gallery, or back with what is wrong."""
    if is_redrawn(data):
        return render(request, "gallery_form.html", form=typed(data))
    try:
        Repayment.model_validate(asked(data))
    except ValidationError as error:
        return render(
            request, "gallery_form.html", 422, form=typed(data, problems_of(error, spoken(request))), hurt=True
        )
    return RedirectResponse("/gallery", 303)


@router.get("/gallery/broken")
def broken() -> Response:
    """A fault of ours that tells a secret."""
    raise RuntimeError("password=hunter2 of 850101300123")
