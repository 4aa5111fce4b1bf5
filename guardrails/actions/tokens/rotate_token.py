"""Rotate a token: give a client a new text; the old one is worth nothing from then on."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from guardrails.actions.tokens.token_values import record_token
from guardrails.models import ApiToken
from policies.models.tracking import sign


def rotate_token(*, token: ApiToken, actor: User | None, reason: str, now: datetime) -> tuple[ApiToken, str]:
    """Give the token with its new text. It stays the same client: id, rights and records are as they were."""
    digest, secret = get_digest_token()  # type: ignore[no-untyped-call]
    with transaction.atomic():
        row: ApiToken = ApiToken.objects.select_for_update().get(pk=token.pk)
        row.digest, row.token_key = digest, secret[: CONSTANTS.TOKEN_KEY_LENGTH]
        sign(row, actor=actor, reason=reason)
        row.save()
        record_token(kind="token.rotated", token=row, body={}, actor=actor, reason=reason, now=now)
    return row, str(secret)
