"""Navigation: the side bar, ordered by what a person comes for; everybody sees what they may open."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

_SECTIONS: list[tuple[str, list[tuple[str, str, str]]]] = [
    (
        "Policies",
        [
            ("policies.policy", "Policies", "policy"),
            ("policies.rule", "Rules", "rule"),
            ("policies.remedy", "Remedies", "redeem"),
            ("policies.remedygroup", "Remedy groups", "category"),
            ("policies.reason", "Reasons", "help"),
            ("policies.fact", "Facts", "fact_check"),
            ("policies.derivedfact", "Derived facts", "function"),
            ("policies.historyfact", "History facts", "history"),
            ("policies.budget", "Budgets", "savings"),
            ("policies.role", "Roles", "stairs"),
        ],
    ),
    (
        "Work",
        [
            ("guardrails.approvalrequest", "Approvals", "how_to_vote"),
            ("guardrails.followup", "Follow-ups", "event_upcoming"),
            ("guardrails.workitem", "Handed over", "move_to_inbox"),
            ("guardrails.caselink", "Linked cases", "link"),
            ("guardrails.freeze", "Stopped", "block"),
        ],
    ),
    (
        "Evidence",
        [
            ("guardrails.careexception", "Exceptions", "volunteer_activism"),
            ("guardrails.decision", "Decisions", "balance"),
            ("guardrails.budgetwindow", "Budgets taken", "account_balance_wallet"),
            ("policies.policyversion", "Published versions", "verified"),
            ("guardrails.auditrecord", "Audit log", "receipt_long"),
        ],
    ),
    (
        "People",
        [
            ("guardrails.agent", "Agents", "support_agent"),
            ("guardrails.team", "Teams", "groups"),
            ("guardrails.standin", "Stand-ins", "swap_horiz"),
            ("guardrails.apitoken", "API tokens", "key"),
            ("policies.policyscope", "Who sees which policy", "visibility"),
            ("auth.user", "Logins", "person"),
            ("auth.group", "Groups", "badge"),
        ],
    ),
    (
        "Messages",
        [
            ("guardrails.webhookendpoint", "Webhook endpoints", "webhook"),
            ("guardrails.budgetwatcher", "Budget watchers", "notifications"),
            ("guardrails.delivery", "Deliveries", "outbox"),
        ],
    ),
]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the sections with their links, without those that the user may not open."""
    found: list[dict[str, Any]] = [{"items": [{"title": "Home", "icon": "home", "link": reverse("admin:index")}]}]
    # Whoever edits policies comes for them; everybody else comes for what has to be done and what was done.
    sections = _SECTIONS if request.user.has_perm("policies.change_policy") else [*_SECTIONS[1:], _SECTIONS[0]]
    for title, items in sections:
        links = [_link(*item) for item in items if _may_open(request, item[0])]
        if links:
            found.append({"title": title, "separator": True, "items": links})
    manual = {"title": "Manual", "icon": "menu_book", "link": reverse("docs:index")}
    return [*found, {"title": "Help", "separator": True, "items": [manual]}]


def _link(model: str, title: str, icon: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{model.replace('.', '_')}_changelist")}


def _may_open(request: HttpRequest, model: str) -> bool:
    app, name = model.split(".")
    return request.user.has_perm(f"{app}.view_{name}") or request.user.has_perm(f"{app}.change_{name}")
