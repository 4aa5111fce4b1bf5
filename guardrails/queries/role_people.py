"""Role people: in which roles of a policy there is a person at all."""

from guardrails.models import AgentKind, Assignment


def roles_with_people(policy_id: int) -> frozenset[str]:
    """Give the codes of the roles that an active person, and not only an AI agent, has."""
    rows = Assignment.objects.filter(policy=policy_id, agent__active=True, agent__kind=AgentKind.HUMAN)
    return frozenset(rows.values_list("role__code", flat=True))
