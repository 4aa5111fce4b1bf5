"""Another system says how it turned out."""

from collections.abc import Callable
from typing import Any

import pytest

from guardrails.models import Outcome
from policies.models import Policy
from tests.guardrails_api.afterwards.doing import TOLD
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_openapi import fits


def test_a_survey_tells_how_it_turned_out(survey: Api, desk: Api, granted: dict[str, Any]) -> None:
    body = {**TOLD, "exception": granted["exception"]}
    fits("OutcomeBody", body)
    answer = survey.post("outcomes/", body)
    assert answer.status_code == 201
    fits("OutcomeAnswer", answer.json())
    again = survey.post("outcomes/", body)
    assert (again.status_code, again["Idempotency-Replayed"], again.json()) == (201, "true", answer.json())
    problem(survey.post("outcomes/", {**body, "satisfied": 1}), 409, "outcome_conflict")
    case = survey.post("outcomes/", {"id": "S-2", "policy": "shop_eu", "case": "K-881", "recommend": 0})
    assert case.status_code == 201
    told = desk.get(f"exceptions/{granted['exception']}/").json()["outcomes"]
    assert [(each["id"], each["exception"], each["words"]) for each in told] == [
        ("S-1", granted["exception"], "It came."),
        ("S-2", None, None),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer", "valid"),
    [
        ({"satisfied": 0}, "/satisfied", "from 1 to 5"),
        ({"satisfied": 6}, "/satisfied", "from 1 to 5"),
        ({"satisfied": "4"}, "/satisfied", "from 1 to 5"),
        ({"effort": 8}, "/effort", "from 1 to 7"),
        ({"recommend": 11}, "/recommend", "from 0 to 10"),
        ({"stayed": "maybe"}, "/stayed", "stayed, left"),
        ({"root_cause": "Bad luck"}, "/root_cause", "lower snake case"),
        ({"id": ""}, "/id", "1 to 128"),
        ({"mood": 3}, "/mood", "satisfied"),
    ],
)
def test_what_is_told_wrongly_is_named_with_what_would_be_valid(
    survey: Api, granted: dict[str, Any], changes: dict[str, Any], pointer: str, valid: str
) -> None:
    response = survey.post("outcomes/", {**TOLD, "exception": granted["exception"], **changes})
    errors = problem(response, 422, "invalid_request")["errors"]
    assert [each["pointer"] for each in errors] == [pointer]
    assert valid in errors[0]["detail"]
    assert not Outcome.objects.exists()


def test_an_outcome_is_about_something_known(survey: Api, new_token: Callable[..., Api], shop: Policy) -> None:
    problem(survey.post("outcomes/", TOLD), 422, "invalid_outcome")
    problem(survey.post("outcomes/", {**TOLD, "exception": "exc_none"}), 404, "unknown_exception")
    problem(survey.post("outcomes/", {**TOLD, "policy": "shop_eu", "case": "K-0"}), 404, "unknown_case")
    problem(survey.post("outcomes/", {"id": "S-1", "exception": "exc_none"}), 422, "invalid_outcome")
