"""Yes awaited: what an agent with a login is asked to agree to, as the home page lists it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from guardrails.actions.approvals.read_approvals import inbox
from guardrails.admin.figures import words
from guardrails.admin.overdue import ToDo
from guardrails.models import Agent
from policies.engine.money import DIGITS, money_text, scaled
from policies.engine.values import with_unit
from policies.models import Policy
from policies.queries.rulebooks import compiled

Json = dict[str, Any]
FILTERED = 200
"""How many of them the list can be narrowed to; who has more waiting works them off first."""


def to_answer(user: User | AnonymousUser, *, most: int, now: datetime) -> list[ToDo]:
    """Give the requests that this user's agent may answer, the most urgent first."""
    found = _inbox(user, most=most, now=now)
    policies = {policy.code: policy for policy in Policy.objects.filter(code__in={each["policy"] for each in found})}
    codes = {each["requested_by"]["id"] for each in found}
    names = dict(Agent.objects.filter(code__in=codes).values_list("code", "name"))
    return [_to_do(each, policies[each["policy"]], names) for each in found]


def awaited_requests(user: User | AnonymousUser, *, now: datetime) -> list[str]:
    """Give the ids of the requests that this user's agent may answer."""
    return [each["request"] for each in _inbox(user, most=FILTERED, now=now)]


def _inbox(user: User | AnonymousUser, *, most: int, now: datetime) -> list[Json]:
    mine = Agent.objects.filter(user=user.pk, active=True)
    return list(inbox(agents=mine, policy=None, after=None, limit=most, now=now).results)


def _to_do(each: Json, policy: Policy, names: dict[str, str]) -> ToDo:
    rules = compiled(policy.current_version_id) if policy.current_version_id else None
    reason = (rules.reasons.get(each["reason"]) if rules else None) or words(each["reason"])
    who = names.get(each["requested_by"]["id"], each["requested_by"]["id"])
    about = [f"{name} {each[name]}" for name in ("customer", "case") if each[name]]
    due = (
        datetime.fromisoformat(each["seat"]["due_at"]).astimezone(ZoneInfo(policy.time_zone))
        if each["seat"]["due_at"]
        else None
    )
    until = [f"by {due:%a %d %b, %H:%M} ({policy.time_zone})"] if due and each["state"] == "open" else []
    return ToDo(
        f"Answer {who}: {_what(each)} for {str(reason).lower()}",
        reverse("admin:guardrails_approvalrequest_change", args=[each["request"]]),
        " · ".join([*([each["says"]] if each["says"] else []), *about, *until]),
        urgent=each["seat"]["overdue"],
    )


def _what(each: Json) -> str:
    name = each["name"].lower()
    if amount := each.get("amount"):
        currency = amount["currency"]
        return f"{money_text(scaled(amount['amount'], DIGITS[currency]), currency)} {name}"
    if quantity := each.get("quantity"):
        return f"{with_unit(quantity['quantity'], quantity['unit'])}, {name}"
    return str(name)
