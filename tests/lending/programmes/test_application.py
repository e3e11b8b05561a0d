"""Applications are read with errors that say where and why."""

from __future__ import annotations

import pytest

from lending.programmes.application import Application, BadApplication, application_from_json
from tests.lending.programmes.samples import facts


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": "a lot"}, "amount"),
        ({"annual_rate": "6"}, "annual_rate"),
        ({"months": "0"}, "months"),
        ({"contract_date": "20.05.2019"}, "contract_date"),
        ({"purpose": "yacht"}, "purpose"),
        ({"colour": "red"}, "colour"),
        ({"borrower.id_number": "850315400125"}, "borrower.id_number"),
        ({"borrower.age": "30"}, "borrower.age"),
        ({"territory.kato": "12"}, "territory.kato"),
        ({"job_clause": "yes"}, "job_clause"),
        ({"fees": '[{"amount":"-5"}]'}, "fees.0.amount"),
        ({"certificate.kind": "diploma"}, "certificate.kind"),
        ({"guarantee.share": "85"}, "guarantee.share"),
    ],
)
def test_what_cannot_be_true_is_refused(changes: dict[str, str], field: str) -> None:
    """The refusal names the field, with its path, and the place of the application in the file."""
    with pytest.raises(BadApplication) as refused:
        application_from_json(facts("746-rural", **changes), 7)
    assert (refused.value.field, refused.value.number) == (field, 7)


@pytest.mark.parametrize("document", [None, [], "x", 5])
def test_only_objects_are_applications(document: object) -> None:
    """Anything else is refused as a whole."""
    with pytest.raises(BadApplication, match="expected an object"):
        application_from_json(document)


def test_nothing_is_assumed() -> None:
    """An empty application knows nothing, and null says the same as absence."""
    nothing = dict.fromkeys(Application.model_fields)
    assert application_from_json({}) == application_from_json(nothing)
