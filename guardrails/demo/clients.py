"""The demo's API clients: a help desk that acts for the teams' agents, and the AI assistant's own token."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from knox.crypto import hash_token

from guardrails.actions.caller import Caller
from guardrails.demo.people import AI_AGENT, TEAMS
from guardrails.models import Agent, ApiToken, Scope, Team

HELP_DESK = "Help desk"
AI_ASSISTANT = "AI assistant"
AUDIT = "Audit"

_SCOPES = {
    HELP_DESK: [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS],
    AI_ASSISTANT: [Scope.OFFERS, Scope.EXCEPTIONS],
    AUDIT: [Scope.AUDIT],
}
_SERVICE_USER = "api_clients"


def make_tokens(*, known: Mapping[str, str]) -> dict[str, str]:
    """Give each client's token; one whose secret is not in `known` any more is replaced and switched off."""
    return {name: _token(name, known.get(name, "")) for name in _SCOPES}


def _token(name: str, secret: str) -> str:
    if secret and ApiToken.objects.filter(digest=hash_token(secret)).exists():
        return secret
    for lost in ApiToken.objects.filter(name=name, user__username=_SERVICE_USER):
        lost.active = False
        lost.save(update_fields=["active"])
    user, created = User.objects.get_or_create(username=_SERVICE_USER)
    if created:
        user.set_unusable_password()
        user.save()
    token, new_secret = ApiToken.objects.create(  # type: ignore[no-untyped-call]
        user=user,
        name=name,
        scopes=[scope.value for scope in _SCOPES[name]],
        agent=Agent.objects.get(code=AI_AGENT) if name == AI_ASSISTANT else None,
    )
    if name == HELP_DESK:
        token.teams.set(Team.objects.filter(code__in=TEAMS))
    return str(new_secret)


def caller_of(name: str) -> Caller:
    """Give a client as actions see it, for the exceptions of the demo's past."""
    token = ApiToken.objects.get(name=name, active=True, user__username=_SERVICE_USER)
    return Caller(client=token.public_id, name=name, scopes=frozenset(token.scopes), request_id="demo")
