"""Home: what needs doing, and where to go, for whoever logs in."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from guardrails.actions.approvals.awaited import awaited
from guardrails.admin.figures import reason_name, role_name, told
from guardrails.admin.overdue import ToDo, handed_over, overdue
from guardrails.admin.undelivered import undelivered
from guardrails.admin.unpaid import unpaid
from guardrails.admin.yes_awaited import to_answer
from guardrails.models import CareException, State
from guardrails.models.database_clock import database_now
from guardrails.queries.freezes import freezes_seen_by, in_force
from guardrails.queries.people import agents_seen_by, tokens_of
from policies.engine.words import lower_first
from policies.models import PolicyVersion
from policies.queries.draft_state import draft_state
from policies.queries.rulebooks import compiled
from policies.queries.scope import policies_for, within

admin.site.index_template = "admin/guardrails/home.html"

MOST = 8
COUNTED = 1000
WEEK = timedelta(days=7)
SOON = timedelta(days=14)


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the home page what this user can do something about (unfold's DASHBOARD_CALLBACK)."""
    now = timezone.now()
    may = request.user.has_perm
    todo: list[ToDo] = []
    more: dict[str, Any] = {"title": "Home"}
    if may("policies.change_policy"):
        more["policies"] = _policies(request)
        todo += _drafts(more["policies"])
    if may("guardrails.change_agent"):
        todo += _people(request, now)
    if may("guardrails.view_approvalrequest"):
        todo += to_answer(request.user, most=MOST, now=now)
    if may("guardrails.view_followup"):
        todo += handed_over(request, now)
        todo += overdue(request, now)
    if may("guardrails.change_delivery"):
        todo += undelivered(request)
    if may("guardrails.view_careexception"):
        seen = within(CareException.objects.all(), request.user)
        more |= _exceptions(seen, now)
        todo += unpaid(request)
    if may("guardrails.view_freeze"):
        more |= _stopped(request)
    if may("guardrails.view_auditrecord"):
        more["published"] = _published(request)
    nothing = not any(may(name) for name in ("policies.view_policy", "guardrails.view_careexception"))
    return {
        **context,
        **more,
        "todo": todo,
        "todo_is_asked": bool(todo or may("policies.change_policy")),
        "nothing": nothing,
    }


def _policies(request: HttpRequest) -> list[dict[str, Any]]:
    rows = policies_for(request.user).select_related("current_version")
    return [{"policy": policy, "state": draft_state(policy)} for policy in rows]


def _drafts(rows: list[dict[str, Any]]) -> list[ToDo]:
    found = []
    for row in rows:
        policy, state = row["policy"], row["state"]
        link = reverse("admin:policies_policy_publish", args=[policy.pk])
        if state.faults:
            found.append(ToDo(f"Mend the draft of {policy}", link, state.summary, urgent=True))
        elif state.live is None or state.differences:
            found.append(ToDo(f"Publish {policy}, or look at what it would change", link, state.summary))
    return found


def _people(request: HttpRequest, now: datetime) -> list[ToDo]:
    found = []
    idle = list(agents_seen_by(request.user).filter(active=True, assignments__isnull=True)[: MOST + 1])
    if idle:
        names = ", ".join(agent.name for agent in idle[:MOST]) + (" and others" if len(idle) > MOST else "")
        link = reverse("admin:guardrails_agent_changelist") + "?policy=none"
        found.append(ToDo("Give a role to those who have none", link, names))
    for token in tokens_of(request.user).filter(active=True, expiry__lte=now + SOON)[:MOST]:
        link = reverse("admin:guardrails_apitoken_change", args=[token.pk])
        ends = f"{token.expiry:%d %b %Y, %H:%M} UTC"
        over = token.expiry is not None and token.expiry <= now
        found.append(ToDo(f"Renew the token of {token}", link, f"{'Ended' if over else 'Ends'} {ends}", urgent=over))
    return found


def _exceptions(seen: "QuerySet[CareException]", now: datetime) -> dict[str, Any]:
    waiting = seen.filter(state=State.AWAITING_APPROVAL).order_by("created_at")
    latest = seen.select_related("agent", "policy").order_by("-created_at", "-pk")[:MOST]
    return {
        "waiting": [_shown(row) for row in waiting.select_related("agent", "policy")[:MOST]],
        "waiting_count": _counted(waiting),
        "latest": [_shown(row) for row in latest],
        "week_count": _counted(seen.filter(created_at__gte=now - WEEK)),
        "week_from": (now - WEEK).date(),
    }


def _stopped(request: HttpRequest) -> dict[str, Any]:
    rows = in_force(freezes_seen_by(request.user), database_now()).select_related("policy", "begun_by")
    return {"stopped": rows.order_by("-begins_at")[:MOST], "stopped_count": _counted(rows)}


def _counted(rows: "QuerySet[Any]") -> str:
    """Count up to a limit, however many there are."""
    number = rows.order_by()[: COUNTED + 1].count()
    return f"more than {COUNTED:,}" if number > COUNTED else f"{number:,}"


def _shown(row: CareException) -> dict[str, Any]:
    asked = awaited(row.approval, row.created_at) or {"asks": ()}
    return {
        "row": row,
        "text": told(row),
        "at": row.created_at.astimezone(compiled(row.version_id).zone),
        "reason": lower_first(reason_name(row)),
        "approvers": ", ".join(lower_first(role_name(row, role)) for role in asked["asks"]),
    }


def _published(request: HttpRequest) -> "QuerySet[PolicyVersion]":
    rows: QuerySet[PolicyVersion] = within(PolicyVersion.objects.all(), request.user)
    return rows.select_related("policy", "published_by").order_by("-published_at")[:MOST]
