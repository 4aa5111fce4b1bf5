"""Two policies for grants that race: in `spread` every lane has budgets of its own, in `hot` all share one."""

from typing import Any

REMEDY, AMOUNT, REASON = "store_credit", "1.00", "late_delivery"
SPREAD, HOT = "spread", "hot"
_PLENTY = "1000000.00"


def document(code: str) -> dict[str, Any]:
    """Give the policy: one rule, and three budgets that every grant takes from."""
    shared = {"code": "shared", "scope": "policy" if code == HOT else "team", "measure": "money"}
    return {
        "guardrails": "policy/1",
        "code": code,
        "name": code.title(),
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "handover": {"name": "Care desk"},
        "roles": [{"code": "frontline", "name": "Frontline agent"}],
        "reasons": [{"code": REASON, "name": "Late delivery"}],
        "remedies": [{"code": REMEDY, "name": "Store credit", "kind": "store_credit", "unit": "money"}],
        "facts": [{"code": "days_late", "type": "integer", "unit": "day", "min": 0}],
        "rules": [
            {
                "code": "late_credit",
                "remedies": [REMEDY],
                "when": [{"fact": "days_late", "at_least": 2}],
                "up_to": "25.00",
                "at_least": "1.00",
                "step": "0.50",
            }
        ],
        "budgets": [
            {"code": "agent_week", "scope": "agent", "measure": "money", "limit": _PLENTY, "per": "week"},
            shared | {"limit": _PLENTY, "per": "month"},
            {"code": "customer_year", "scope": "customer", "measure": "count", "limit": 1000, "per": "year"},
        ],
    }


def make_grant_site(lanes: int) -> str:
    """Write both policies, and for each lane an agent in a team of their own; give the one token that acts for all."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from guardrails.models import Agent, ApiToken, Assignment, Scope, Team
    from policies.actions.import_policy import import_policy
    from policies.actions.publish_policy import publish_policy
    from policies.models import Role

    user = User.objects.create_user("grants")
    scopes = [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS]
    token, key = ApiToken.objects.create(user=user, name="grants", scopes=scopes)
    teams = [Team.objects.create(code=f"team-{at}", name=f"Team {at}") for at in range(lanes)]
    token.teams.set(teams)
    agents = [Agent.objects.create(code=f"agent-{at}", name=f"Agent {at}", team=team) for at, team in enumerate(teams)]
    for code in (SPREAD, HOT):
        policy = import_policy(document=document(code), actor=None, reason="Benchmark")
        publish_policy(policy=policy, actor=None, note="Benchmark", now=timezone.now())
        role = Role.objects.get(policy=policy)
        for agent in agents:
            Assignment.objects.create(agent=agent, policy=policy, role=role)
    return str(key)
