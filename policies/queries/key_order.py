"""The order of keys in a written document: databases do not keep it, readers want the weighty ones first."""

from typing import Any

_KEYS = " ".join(
    [
        "guardrails code name fact by lines field description currency time_zone language handover rounding",
        "calendar weekend holidays",
        "approvals reserve",
        "effect scope type kind choose unit places",
        "as from rate of to measure limit last",
        "roles reasons groups remedies facts derived history rules budgets",
        "escalates_to may_reverse cost group signed choices fields min max personal source assume about max_lines ask",
        "period per every whole starts rolling days months",
        "when where starts_on ends_on rows below up_to amount percent",
        "at_least at_most threshold times suggest mode step",
        "terms alone approval any_of all_of in_sequence beyond answer_within remind_before keep hours",
        "monday tuesday wednesday thursday friday saturday sunday alert_at otherwise",
        "because say guidance follow_up after what how hold_for",
    ]
).split()
_RANK = {key: rank for rank, key in enumerate(_KEYS)}


def in_order(value: Any) -> Any:
    """Give a JSON value with the keys of every mapping in document order; unknown keys come last, by name."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (_RANK.get(key, len(_RANK)), key))
        return {key: in_order(value[key]) for key in keys}
    if isinstance(value, list):
        return [in_order(inner) for inner in value]
    return value
