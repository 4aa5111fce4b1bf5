"""Trace: what the page of an exception shows, from the question to the latest change of the rows behind it."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max

from guardrails.actions.exceptions.trace_exception import trace_exception
from guardrails.actions.offers.question_record import Json
from guardrails.actions.offers.redecide import GRANTS, deciding, redecide_exceptions
from guardrails.admin.answer_words import fact_rows, offer_rows
from guardrails.admin.figures import cost, given, reason_name, remedy_name, role_name, taken_back
from guardrails.admin.names import names_of
from guardrails.admin.payment_card import payment_card
from guardrails.admin.timeline import budget_figure, timeline, whose
from guardrails.models import ApiToken, AuditRecord, BudgetWindow, CareException, LinkKind, Team
from policies.engine.compile import Compiled
from policies.queries.rulebooks import compiled


def trace_page(row: CareException) -> Json:
    """Give everything that the page shows of an exception, in the time of its policy."""
    rules = compiled(row.version_id)
    record = _deciding(row)
    page = {
        "title": f"{_much(row)}{remedy_name(row)}",
        "row": row,
        "zone": rules.zone.key,
        "created_at": row.created_at.astimezone(rules.zone),
        "remedy": remedy_name(row),
        "reason": reason_name(row),
        "role": role_name(row, row.role),
        "team": Team.objects.filter(code=row.team).first() or row.team,
        "client": ApiToken.objects.filter(pk=row.client).first(),
        "gives": given(row),
        "cost": cost(row),
        "reversed": taken_back(row),
        "record": record,
        **_answered(rules, row),
    }
    page |= _traced(rules, row, record) if record else {}
    return page | {"payment": payment_card(row, rules, page.get("events", ()))}


def _deciding(row: CareException) -> AuditRecord | None:
    """Give the record of what was last decided about it."""
    records = AuditRecord.objects.filter(subject_type="exception", subject_id=row.pk, kind__in=GRANTS)
    return next((record for record, _ in reversed(list(deciding(records.order_by("at", "id"))))), None)


def _much(row: CareException) -> str:
    return "" if row.unit == "none" else f"{given(row)} · "


def _answered(rules: Compiled, row: CareException) -> Json:
    """Give what was answered then; a decision keeps its own version, which may be an earlier one."""
    decision = row.decision
    answer = json.loads(decision.answer)
    asked = rules if decision.version_id == row.version_id else compiled(decision.version_id)
    return {
        "decision": decision,
        "asked_at": decision.asked_at.astimezone(rules.zone),
        "answer": answer,
        "offers": offer_rows(asked, answer, taken=row.remedy) if answer else [],
    }


def _traced(rules: Compiled, row: CareException, record: AuditRecord) -> Json:
    trace = trace_exception(row)
    body = json.loads(record.body)
    question = body["question"] | {"personal": body["personal"]}
    return {
        "rule": trace["rule"],
        "version": trace["version"] | {"at": _local(trace["version"]["published_at"], rules.zone)},
        "later_version": _later(row),
        "facts": fact_rows(rules, question, rule=row.rule),
        "budgets": [_budget(each, rules) for each in trace["budgets"]],
        "windows": BudgetWindow.objects.filter(entries__exception=row).distinct(),
        "linked": _linked(trace["linked"], rules.zone),
        "events": timeline(trace["events"], rules),
        "changes": [each | {"at": datetime.fromisoformat(each["at"])} for each in trace["changes"]],
        "again": next(iter(redecide_exceptions([record]))).same,
    }


def _linked(linked: Json | None, zone: ZoneInfo) -> Json | None:
    """Give the chain with each link as a sentence, and who said it by name."""
    if linked is None:
        return None
    names = names_of(each["linked_by"] for each in linked["links"])
    links = [
        each
        | {
            "what": LinkKind(each["kind"]).label.lower(),
            "at": _local(each["linked_at"], zone),
            "by": names[each["linked_by"]],
        }
        for each in linked["links"]
    ]
    return {"cases": linked["cases"], "links": links}


def _later(row: CareException) -> int | None:
    """Give the number of the version in force, where it is a later one."""
    latest: int = row.policy.versions.aggregate(latest=Max("number"))["latest"]
    return latest if latest > row.version.number else None


def _local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)


def _budget(moved: Json, rules: Compiled) -> Json:
    limit = float(moved["limit"]) or 1.0
    before, after = (min(100.0, 100 * float(moved[name]) / limit) for name in ("before", "after"))
    return {
        "name": moved["name"],
        "whose": whose(moved),
        **{name: budget_figure(moved, moved[name], rules) for name in ("limit", "before", "after")},
        "from_percent": round(before, 1),
        "more_percent": round(max(after - before, 1.0), 1),
    }
