"""Client agents: for whom a client may act."""

from django.db.models import Q, QuerySet

from guardrails.models import Agent, ApiToken


def agents_of_client(client: str) -> QuerySet[Agent]:
    """Give the active agents for whom the client (a token's id) may act: its own alone, or those that it was given."""
    token = ApiToken.objects.filter(public_id=client, active=True)
    own = token.filter(agent__isnull=False)
    given = token.filter(agent__isnull=True)
    return Agent.objects.filter(
        Q(pk__in=own.values("agent"))
        | Q(pk__in=given.filter(agents__isnull=False).values("agents"))
        | Q(team__in=given.filter(teams__isnull=False).values("teams")),
        active=True,
    )
