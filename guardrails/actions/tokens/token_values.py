"""Token values: what a manager decides about an API token, and how the audit log tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from guardrails.audit import Subject, record
from guardrails.models import Agent, ApiToken, Team
from policies.models.tracking import sign


@dataclass(frozen=True, kw_only=True)
class TokenValues:
    """`agent` is the one agent whose own token it is; otherwise it acts for `agents` and those of `teams`."""

    name: str
    scopes: Sequence[str]
    agent: Agent | None = None
    agents: Sequence[Agent] = ()
    teams: Sequence[Team] = ()
    expiry: datetime | None = None
    active: bool = True

    def told(self) -> dict[str, Any]:
        """Give the values as JSON: codes, never the token or its digest."""
        return {
            "name": self.name,
            "scopes": sorted(self.scopes),
            "agent": self.agent.code if self.agent else None,
            "agents": sorted(agent.code for agent in self.agents),
            "teams": sorted(team.code for team in self.teams),
            "expiry": self.expiry.isoformat() if self.expiry else None,
            "active": self.active,
        }


def values_of(token: ApiToken) -> TokenValues:
    """Give what a token's values are now."""
    return TokenValues(
        name=token.name,
        scopes=token.scopes,
        agent=token.agent,
        agents=list(token.agents.all()),
        teams=list(token.teams.all()),
        expiry=token.expiry,
        active=token.active,
    )


def save_token(*, token: ApiToken, values: TokenValues, actor: User | None, reason: str) -> None:
    """Save the values, with actor and reason in the token's history."""
    token.name, token.scopes, token.agent = values.name, list(values.scopes), values.agent
    token.expiry, token.active = values.expiry, values.active
    sign(token, actor=actor, reason=reason)
    if token._state.adding:  # noqa: SLF001 - documented by Django
        token.save()
    # The save at the end records the lists together with the rest.
    unrecorded: Any = token
    unrecorded.skip_history_when_saving = True
    token.agents.set(values.agents)
    token.teams.set(values.teams)
    del unrecorded.skip_history_when_saving
    token.save()


def record_token(
    *, kind: str, token: ApiToken, body: dict[str, Any], actor: User | None, reason: str, now: datetime
) -> None:
    """Append what happened to a token to the audit log."""
    record(
        kind=kind,
        subject=Subject(type="token", id=token.public_id),
        body={"reason": reason, **body},
        actor=f"user:{actor.get_username()}" if actor else "system",
        now=now,
    )
