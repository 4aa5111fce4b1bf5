"""The values of conditions as people type and read them: `2`, `gold, silver`, `30 days`, `yes`.

The document's own YAML (`{days: 30, of: claimed_on}`) is understood as well; the engine judges the result.
"""

import re
from typing import Any

from policies.engine.faults import DocumentError, Fault
from policies.models import Operator
from policies.queries import yaml_document

_LISTS = (Operator.ONE_OF, Operator.NONE_OF, Operator.BETWEEN)
_WITHIN = re.compile(r"(\d+) (day|month)s?(?: (?:before|of) ([a-z][a-z0-9_]*))?")
_PERIOD = re.compile(r"(day|week|month|quarter|year)(?: from (\d\d-\d\d))?(?: (?:as|of) ([a-z][a-z0-9_]*))?")
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def read_value(text: str, operator: str, fact_type: str) -> Any:
    """Give the document's value for what was typed. Raises DocumentError for text that cannot be read."""
    text = text.strip()
    if text.startswith(("{", "[", '"', "'")):
        return yaml_document.load_value(text)
    if operator in _LISTS:
        return [_scalar(item.strip(), fact_type) for item in _items(text, operator) if item.strip()]
    if operator == Operator.WITHIN_LAST:
        return _within(text)
    if operator == Operator.SAME_PERIOD:
        return _same_period(text)
    if operator == Operator.IS_NONE:
        return _FLAGS.get(text.lower(), text)
    return _scalar(text, fact_type)


def show_value(value: Any, operator: str) -> str:
    """Write a stored value as it would be typed; what has no short form is shown as YAML."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if operator in _LISTS and isinstance(value, list) and not any("," in str(item) for item in value):
        joint = " to " if operator == Operator.BETWEEN else ", "
        return joint.join(str(item) for item in value)
    if isinstance(value, dict):
        return _show_mapping(value, operator)
    return value if isinstance(value, str) else yaml_document.dump_value(value)


def _items(text: str, operator: str) -> list[str]:
    pattern = r"\s+(?:to|and)\s+|," if operator == Operator.BETWEEN else ","
    return re.split(pattern, text)


def _scalar(text: str, fact_type: str) -> Any:
    if fact_type == "flag":
        return _FLAGS.get(text.lower(), text)
    if fact_type == "integer":
        return yaml_document.load_value(text) if re.fullmatch(r"-?\d+", text) else text
    return text


def _within(text: str) -> Any:
    if not (found := _WITHIN.fullmatch(text)):
        raise DocumentError([_hint("30 days, 12 months, or 30 days before claimed_on")])
    number, unit, of = found.groups()
    return {f"{unit}s": int(number)} | ({"of": of} if of else {})


def _same_period(text: str) -> Any:
    if not (found := _PERIOD.fullmatch(text)):
        raise DocumentError([_hint("year, year from 04-01, or month as event_on")])
    period, starts, of = found.groups()
    return {"period": period} | ({"starts": starts} if starts else {}) | ({"of": of} if of else {})


def _hint(example: str) -> Fault:
    return Fault("", f"Write for example {example}.")


def _show_mapping(value: dict[str, Any], operator: str) -> str:
    if operator == Operator.WITHIN_LAST:
        unit = "days" if "days" in value else "months"
        of = f" before {value['of']}" if value.get("of") else ""
        return f"{value.get(unit)} {unit}{of}"
    if operator == Operator.SAME_PERIOD:
        starts = f" from {value['starts']}" if value.get("starts") else ""
        return f"{value.get('period')}{starts}" + (f" as {value['of']}" if value.get("of") else "")
    return yaml_document.dump_value(value)
