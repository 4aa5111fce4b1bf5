"""The demo's API clients: a help desk that acts for the teams' agents, the AI assistant itself, and an audit tool."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from knox.crypto import hash_token

from guardrails.actions.caller import Caller
from guardrails.actions.tokens.issue_token import issue_token
from guardrails.actions.tokens.rotate_token import rotate_token
from guardrails.actions.tokens.token_values import TokenValues
from guardrails.demo.people import AI_AGENT, REASON, TEAMS
from guardrails.demo.rulebooks import FIRST_PUBLISHED
from guardrails.models import Agent, ApiToken, Scope, Team

HELP_DESK = "Help desk"
AI_ASSISTANT = "AI assistant"
AUDIT = "Audit"

# Who answers for each client, and what it may do.
_CLIENTS: dict[str, tuple[str, list[Scope]]] = {
    HELP_DESK: ("manager", [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS, Scope.APPROVALS]),
    AI_ASSISTANT: ("manager", [Scope.OFFERS, Scope.EXCEPTIONS]),
    AUDIT: ("auditor", [Scope.AUDIT]),
}


def make_tokens(*, known: Mapping[str, str], actor: User, now: datetime) -> dict[str, str]:
    """Give each client's token; where its text is not in `known` any more, the client gets a new one."""
    return {name: _token(name, known.get(name, ""), actor, now) for name in _CLIENTS}


def _token(name: str, secret: str, actor: User, now: datetime) -> str:
    found = ApiToken.objects.filter(name=name).first()
    if found is None:
        return _issued(name, actor, now - FIRST_PUBLISHED)
    if secret and found.digest == hash_token(secret):
        return secret
    return rotate_token(token=found, actor=actor, reason="The demo lost its text", now=now)[1]


def _issued(name: str, actor: User, now: datetime) -> str:
    username, scopes = _CLIENTS[name]
    values = TokenValues(
        name=name,
        scopes=[scope.value for scope in scopes],
        agent=Agent.objects.get(code=AI_AGENT) if name == AI_ASSISTANT else None,
        teams=list(Team.objects.filter(code__in=TEAMS)) if name == HELP_DESK else (),
    )
    user = User.objects.get(username=username)
    return issue_token(user=user, values=values, actor=actor, reason=REASON, now=now)[1]


def caller_of(name: str) -> Caller:
    """Give a client as actions see it, for the exceptions of the demo's past."""
    token = ApiToken.objects.get(name=name)
    return Caller(client=token.public_id, name=name, scopes=frozenset(token.scopes), request_id="demo")
