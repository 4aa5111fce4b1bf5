"""Agent changes: one timeline of an agent and of their roles."""

from django.contrib.auth.models import AnonymousUser, User

from guardrails.models import Agent, Assignment
from policies.queries.changes import Change, change_of
from policies.queries.scope import limited_to

MOST = 200


def changes_of_agent(agent: Agent, *, user: User | AnonymousUser) -> list[Change]:
    """Give the latest changes, newest first; of roles, those in the policies that the user may see."""
    roles = Assignment.history.filter(agent_id=agent.pk).select_related("history_user")
    ids = limited_to(user)
    if ids is not None:
        roles = roles.filter(policy_id__in=ids)
    entries = [*Agent.history.filter(id=agent.pk).select_related("history_user")[:MOST], *roles[:MOST]]
    entries.sort(key=lambda entry: (entry.history_date, entry.history_id), reverse=True)
    return [change_of(entry) for entry in entries[:MOST]]
