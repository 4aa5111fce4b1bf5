"""Issue a token: make an API token whose text is told once and never stored."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from guardrails.actions.token_values import TokenValues, record_token
from guardrails.models import ApiToken


def issue_token(
    *, user: User, values: TokenValues, actor: User | None, reason: str, now: datetime
) -> tuple[ApiToken, str]:
    """Give the new token and its text. `user` is who answers for it: their policy scope limits what it reads.

    Only a hash of the text is kept. One record in the audit log says who issued what, and why.
    """
    with transaction.atomic():
        token, secret = ApiToken.objects.create(
            user=user, name=values.name, scopes=list(values.scopes), agent=values.agent, active=values.active
        )
        token.expiry = values.expiry
        token.save()
        token.agents.set(values.agents)
        token.teams.set(values.teams)
        record_token(
            kind="token.issued", token=token, body={"token": values.told()}, actor=actor, reason=reason, now=now
        )
    return token, secret
