"""What each row's columns are, given its part of a document in normal form: queries.document, inverted."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import models

from policies.models import Reason, Remedy, RemedyGroup, Role
from policies.models.derived_fact import DerivedForm
from policies.models.history_fact import HistoryMeasure
from policies.models.rule import AmountKind, Bound, Effect, Operator

Document = dict[str, Any]
Named = Callable[[type[models.Model], str | None], Any]
"""Gives the row of a model with this code, in the policy being imported."""


def head_values(document: Document) -> Document:
    """Columns of the policy itself."""
    handover, rounding = document.get("handover") or {}, document.get("rounding") or {}
    return {
        "name": document.get("name", ""),
        "description": document.get("description", ""),
        "currency": document["currency"],
        "time_zone": document["time_zone"],
        "language": document.get("language", "en"),
        "handover_name": handover.get("name", ""),
        "handover_how": handover.get("how", ""),
        "rounding_mode": rounding.get("mode", ""),
        "rounding_step": str(rounding.get("step", "")),
        "calendar": document.get("calendar") or None,
        **_approvals(document.get("approvals") or {}),
    }


def _approvals(item: Document) -> Document:
    texts = ("reserve", "answer_within", "remind_before", "keep")
    return {f"approvals_{key}": item.get(key, "") for key in texts} | {"approvals_hours": item.get("hours")}


def element_values(item: Document) -> Document:
    """Columns that every element has."""
    return {"name": item.get("name", ""), "description": item.get("description", "")}


def role_values(item: Document, named: Named) -> Document:
    """Columns of a role, whose senior has its row already."""
    senior = named(Role, item.get("escalates_to"))
    columns = {"position": item["position"], "escalates_to": senior, "may_reverse": item.get("may_reverse", False)}
    return element_values(item) | columns


def group_values(item: Document) -> Document:
    """Columns of a remedy group."""
    return element_values(item) | {"choose": item.get("choose", "one")}


def _texts(item: Document, named: Named) -> Document:
    follow_up = item.get("follow_up") or {}
    return {
        "say": item.get("say", ""),
        "guidance": item.get("guidance", ""),
        "follow_up_after": follow_up.get("after", ""),
        "follow_up_what": follow_up.get("what", ""),
        "follow_up_by": named(Role, follow_up.get("by")),
    }


def remedy_values(item: Document, named: Named) -> Document:
    """Columns of a remedy."""
    return (
        element_values(item)
        | _texts(item, named)
        | {
            "kind": item["kind"],
            "unit": item.get("unit", "money"),
            "places": item.get("places"),
            "cost": str(item.get("cost", "")),
            "group": named(RemedyGroup, item.get("group")),
            "signed": item.get("signed", False),
            "terms": item.get("terms") or None,
            "hold_for": item.get("hold_for", ""),
        }
    )


def _domain(item: Document) -> Document:
    return element_values(item) | {
        "type": item["type"],
        "unit": item.get("unit", ""),
        "places": item.get("places"),
        "minimum": str(item.get("min", "")),
        "maximum": str(item.get("max", "")),
    }


def fact_values(item: Document) -> Document:
    """Columns of a fact; `source: any` is what no source means."""
    source = item.get("source", "")
    return _domain(item) | {
        "personal": item.get("personal", False),
        "source": "" if source == "any" else source,
        "assume": item.get("assume"),
        "ask": item.get("ask", ""),
        "about": item.get("about", ""),
        "max_lines": item.get("max_lines"),
    }


def field_values(item: Document) -> Document:
    """Columns of a field of lines."""
    return _domain(item) | {"code": item["code"], "choices": item.get("choices", [])}


def derived_values(item: Document) -> Document:
    """Columns of a derived fact."""
    form = _only(item, DerivedForm)
    return element_values(item) | {"form": form, "definition": item[form]}


def history_values(item: Document, named: Named) -> Document:
    """Columns and lists of a history fact."""
    measure = _only(item, HistoryMeasure)
    body = item[measure]
    last = body.get("last") or {}
    return (
        element_values(item)
        | {
            "measure": measure,
            "scope": body["of"],
            "last_days": last.get("days"),
            "last_months": last.get("months"),
        }
        | _lists(body, named, remedies=Remedy, reasons=Reason)
    )


def rule_values(item: Document, named: Named) -> Document:
    """Columns and lists of a rule."""
    kind = next((kind for kind in AmountKind.values if kind in item), "")
    return (
        element_values(item)
        | _texts(item, named)
        | {
            "effect": item.get("effect", Effect.ALLOW),
            "starts_on": _day(item.get("starts_on")),
            "ends_on": _day(item.get("ends_on")),
            "kind": kind,
            "amount": item[kind] if kind else None,
            "at_least": item.get("at_least"),
            "suggest": item.get("suggest"),
            "step": str(item.get("step", "")),
            "terms": item.get("terms") or None,
            "alone": item.get("alone"),
            "because": item.get("because", ""),
        }
        | _lists(item, named, roles=Role, reasons=Reason, remedies=Remedy)
    )


def condition_values(item: Document) -> Document:
    """Columns of a condition."""
    operator = _only(item, Operator)
    return {"fact": item["fact"], "operator": operator, "value": item[operator]}


def step_values(item: Document, named: Named) -> Document:
    """Columns and lists of an approval step."""
    bound = next((bound for bound in Bound.values if bound in item), "")
    return {
        "bound": bound,
        "limit": item[bound] if bound else None,
        "sequence": item["all_of"] if item.get("in_sequence") else None,
        "answer_within": item.get("answer_within", ""),
    } | _lists(item, named, any_of=Role, all_of=Role)


def budget_values(item: Document, named: Named) -> Document:
    """Columns and lists of a budget."""
    rolling, beyond = item.get("rolling") or {}, item.get("beyond") or {}
    return (
        element_values(item)
        | {
            "scope": item["scope"],
            "measure": item["measure"],
            "limit": str(item["limit"]),
            "per": item.get("per", ""),
            "starts": item.get("starts", ""),
            "rolling_days": rolling.get("days"),
            "rolling_months": rolling.get("months"),
            "beyond_by": named(Role, beyond.get("by")),
            "beyond_answer_within": beyond.get("answer_within", ""),
            "alert_at": item.get("alert_at"),
        }
        | _lists(item, named, roles=Role, remedies=Remedy, reasons=Reason)
    )


def _lists(item: Document, named: Named, **models_by_key: type[models.Model]) -> Document:
    return {key: [named(model, code) for code in item.get(key, [])] for key, model in models_by_key.items()}


def _only(item: Document, choices: type[models.TextChoices]) -> str:
    return next(str(key) for key in choices.values if key in item)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
