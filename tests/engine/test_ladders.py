"""Ladders that make no sense are refused in a draft; what was published so still reads."""

from typing import Any

import pytest

from policies.engine.document import read
from policies.engine.document.ladders import require_sound_ladders
from policies.engine.faults import DocumentError


def document(step: dict[str, Any], *, alone: Any = None, beyond: str = "PT1H") -> dict[str, Any]:
    """A policy with one rule, whose ladder has this step."""
    rule = {"code": "late_credit", "remedies": ["credit"], "up_to": "60.00", "approval": [step]}
    budget = {"code": "week", "scope": "agent", "measure": "money", "limit": "100.00", "per": "week"}
    return {
        "guardrails": "policy/1",
        "code": "shop",
        "name": "Shop",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "handover": {"name": "Desk"},
        "roles": [{"code": "frontline", "name": "Frontline", "escalates_to": "lead"}, {"code": "lead", "name": "Lead"}],
        "reasons": [{"code": "late", "name": "Late"}],
        "remedies": [{"code": "credit", "name": "Credit", "kind": "store_credit", "unit": "money"}],
        "rules": [rule | ({} if alone is None else {"alone": alone})],
        "budgets": [budget | {"beyond": {"by": "lead", "answer_within": beyond}}],
    }


def refused(**given: Any) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as refusal:
        require_sound_ladders(read(document(**given)))
    return [(fault.path, fault.message) for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("step", "alone"),
    [
        ({"up_to": "20.00"}, {"up_to": "25.00"}),
        ({"up_to": "25.00"}, {"up_to": "25.00"}),
        ({"below": "25.00"}, {"up_to": "25.00"}),
    ],
)
def test_a_step_that_nobody_is_ever_asked_for_is_refused(step: dict[str, Any], alone: dict[str, Any]) -> None:
    ((path, message),) = refused(step=step | {"any_of": ["lead"]}, alone=alone)
    assert path == f"/rules/0/approval/0/{next(iter(step))}"
    assert "must reach further than what may be given alone" in message


@pytest.mark.parametrize("within", ["PT0M", "P91D"])
def test_so_is_no_time_to_answer_and_all_the_time_in_the_world(within: str) -> None:
    step = {"any_of": ["lead"], "answer_within": within}
    assert refused(step=step, alone={"up_to": "25.00"}, beyond=within) == [
        ("/rules/0/approval/0/answer_within", "must be a duration from PT1M to P90D"),
        ("/budgets/0/beyond/answer_within", "must be a duration from PT1M to P90D"),
    ]


@pytest.mark.parametrize("alone", ["never", {"up_to": "25.00"}, {"below": "25.50"}])
def test_others_are_not(alone: Any) -> None:
    step = {"up_to": "25.50", "any_of": ["lead"], "answer_within": "PT1M"}
    require_sound_ladders(read(document(step=step, alone=alone)))
