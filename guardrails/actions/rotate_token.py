"""Rotate a token: give a client a new text; the old one is worth nothing from then on."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from guardrails.actions.token_values import record_token
from guardrails.models import ApiToken


def rotate_token(*, token: ApiToken, actor: User | None, reason: str, now: datetime) -> tuple[ApiToken, str]:
    """Give the token with its new text. It stays the same client: id, rights and records are as they were."""
    digest, secret = get_digest_token()
    with transaction.atomic():
        row = ApiToken.objects.select_for_update().get(public_id=token.public_id)
        agents, teams = list(row.agents.all()), list(row.teams.all())
        # Lists hang on the digest, which is knox's primary key.
        row.agents.clear()
        row.teams.clear()
        ApiToken.objects.filter(public_id=row.public_id).update(
            digest=digest, token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH]
        )
        fresh = ApiToken.objects.get(public_id=row.public_id)
        fresh.agents.set(agents)
        fresh.teams.set(teams)
        record_token(kind="token.rotated", token=fresh, body={}, actor=actor, reason=reason, now=now)
    return fresh, secret
