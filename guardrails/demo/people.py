"""The demo's people: who logs in, who serves customers, in which role."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import models

from guardrails.models import Agent, AgentKind, Assignment, BudgetWatcher, Team
from policies.groups import AGENT, APPROVER, AUDITOR, MANAGER
from policies.models import Policy, Role
from policies.models.tracking import sign

REASON = "Set up with the demo"

LOGINS = {
    "manager": ("Mara", MANAGER),
    "agent": ("Ana", AGENT),
    "approver": ("Sofia", APPROVER),
    "senior": ("Priya", APPROVER),
    "head": ("Clara", APPROVER),
    "auditor": ("Otto", AUDITOR),
}
"""Usernames, with their first names and groups: one for every role of a ladder in which a person answers."""

DOMAIN = "example.com"
"""Where their e-mail addresses end: nobody ever gets mail there, and `make demo` prints it."""

TEAMS = {"care_berlin": "Care Berlin", "care_leeds": "Care Leeds"}

# Code: name, team, login, and the role under each policy.
AGENTS: dict[str, tuple[str, str, str | None, dict[str, str]]] = {
    "ana": ("Ana Weber", "care_berlin", "agent", {"shop_eu": "frontline"}),
    "ben": ("Ben Adler", "care_berlin", None, {"shop_eu": "frontline", "software_subscription": "frontline"}),
    "lea": ("Lea Martens", "care_berlin", None, {"airline_eu": "frontline"}),
    "kofi": ("Kofi Mensah", "care_leeds", None, {"bank_cards": "frontline"}),
    "tom": ("Tom Hughes", "care_leeds", None, {"telecom_uk": "frontline"}),
    "priya": ("Priya Shah", "care_leeds", "senior", {"telecom_uk": "senior", "bank_cards": "senior"}),
    "sofia": (
        "Sofia Lindt",
        "care_berlin",
        "approver",
        {
            "shop_eu": "supervisor",
            "telecom_uk": "supervisor",
            "bank_cards": "desk_lead",
            "software_subscription": "billing_lead",
            "airline_eu": "station_manager",
        },
    ),
    "clara": ("Clara Voss", "care_berlin", "head", {"shop_eu": "care_lead"}),
    "robin": ("Robin, the AI assistant", "care_berlin", None, dict.fromkeys(
        ("shop_eu", "telecom_uk", "bank_cards", "software_subscription", "airline_eu"), "assistant"
    )),
}  # fmt: skip
AI_AGENT = "robin"


def make_logins(*, passwords: Mapping[str, str]) -> User:
    """Make the logins that are missing, each in its group, and give the manager; existing ones stay as they are."""
    for username, (first_name, group) in LOGINS.items():
        user, created = User.objects.get_or_create(
            username=username,
            defaults={"first_name": first_name, "is_staff": True, "email": f"{first_name.lower()}@{DOMAIN}"},
        )
        if created:
            user.set_password(passwords[username])
            user.save()
            user.groups.add(Group.objects.get(name=group))
    return User.objects.get(username="manager")


def make_agents(*, actor: User) -> None:
    """Make the teams, agents and assignments that are missing; the policies that are loaded are there already."""
    teams = {code: _made(actor, Team, {"code": code}, {"name": name}) for code, name in TEAMS.items()}
    for code, (name, team, login, roles) in AGENTS.items():
        agent = _made(
            actor,
            Agent,
            {"code": code},
            {
                "name": name,
                "team": teams[team],
                "kind": AgentKind.AI if code == AI_AGENT else AgentKind.HUMAN,
                "user": User.objects.get(username=login) if login else None,
            },
        )
        for policy in Policy.objects.filter(code__in=roles):
            role = Role.objects.get(policy=policy, code=roles[policy.code])
            _made(actor, Assignment, {"agent": agent, "policy": policy}, {"role": role})


def make_watchers(*, actor: User) -> None:
    """Let the manager hear of it when much of a budget is taken, in each policy that nobody watches yet."""
    for policy in Policy.objects.filter(budget_watchers=None):
        _made(actor, BudgetWatcher, {"policy": policy, "user": actor}, {})


def _made(actor: User, model: type[models.Model], key: dict[str, Any], values: dict[str, Any]) -> Any:
    """The row with this key, made (and signed in its history) where it is missing."""
    rows = model._default_manager  # noqa: SLF001 - Django's documented name
    row = rows.filter(**key).first()
    if row is None:
        row = model(**key, **values)
        sign(row, actor=actor, reason=REASON)
        row.save()
    return row
