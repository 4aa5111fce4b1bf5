"""The amount formulas in the document's JSON Schema."""

from typing import Any

from policies.assurance.schema_parts import closed, listed, ref
from policies.engine.rounding import MODES

Schema = dict[str, Any]


def formula_definitions() -> Schema:
    """Give the definition `formula`: a number, a fact's code, or an object with one form."""
    formula = ref("formula")
    terms = listed(formula, least=2)
    forms: Schema = {
        "percent": closed(required=["rate", "of"], rate=formula, of=formula),
        "times": terms,
        "per": closed(
            required=["of", "every"], of=formula, every=ref("number"), whole={"enum": ["down", "up", "exact"]}
        ),
        "bands": closed(required=["by", "rows"], by=ref("code"), rows=listed(ref("band")), otherwise=formula),
        "choose": closed(
            required=["by", "when"],
            by=ref("code"),
            when={"type": "object", "additionalProperties": formula},
            otherwise=formula,
        ),
        "tiers": closed(required=["of", "rows"], of=formula, rows=listed(ref("tier"))),
        "sum": terms,
        "minus": terms | {"maxItems": 2},
        "least": terms,
        "greatest": terms,
        "clamp": closed(required=["of"], of=formula, at_least=formula, at_most=formula) | {"minProperties": 2},
        "minimum_payout": closed(required=["of", "threshold"], of=formula, threshold=formula),
        "each": closed(required=["lines", "amount"], lines=ref("code"), amount=formula),
        "round": closed(required=["of", "mode", "step"], of=formula, mode={"enum": list(MODES)}, step=ref("number")),
    }
    edge = {"anyOf": [ref("number"), ref("day")]}
    return {
        "formula": {"anyOf": [ref("number"), ref("code"), closed(**forms) | {"minProperties": 1, "maxProperties": 1}]},
        "band": closed(required=["amount"], amount=formula, up_to=edge, below=edge)
        | {"minProperties": 2, "maxProperties": 2},
        "tier": closed(up_to=ref("number"), percent=ref("number"), rate=ref("number"))
        | {"oneOf": [{"required": ["percent"]}, {"required": ["rate"]}]},
    }
