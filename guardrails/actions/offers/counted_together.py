"""Counted together: a refusal that comes from a linked case says which one that was.

The engine knows of limits and of what was taken of them, and of no cases.
"""

from collections.abc import Mapping
from typing import Any

from guardrails.models.lifecycle import PROMISED
from policies.engine.compile import Compiled

Json = dict[str, Any]
_SHARED = ("case", "customer")
"""Scopes of budgets that count over a whole chain."""


def counted_together(not_offered: list[Json], context: Mapping[str, Any], compiled: Compiled) -> list[Json]:
    """Give what is not offered, with the linked cases that what is short was given in."""
    earlier = context.get("case", {}).get("earlier", ())
    cases = dict.fromkeys(each["case"] for each in earlier if "case" in each and each["state"] in PROMISED)
    if not cases:
        return not_offered
    shared = {budget.code for budget in compiled.rulebook.budgets if budget.scope in _SHARED}
    return [_said(each, f" Counted together with {', '.join(cases)}.", shared) for each in not_offered]


def _said(refusal: Json, text: str, shared: set[str]) -> Json:
    because = [each | {"text": each["text"] + text} if _is(each, shared) else each for each in refusal["because"]]
    if because == refusal["because"]:
        return refusal
    return refusal | {"text": refusal["text"] + text, "because": because}


def _is(because: Json, shared: set[str]) -> bool:
    return because["code"] == "already_given" or because.get("budget") in shared
