"""Issue a token: make an API token whose text is told once and never stored."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from guardrails.actions.tokens.token_values import TokenValues, record_token, save_token
from guardrails.models import ApiToken


def issue_token(
    *, user: User, values: TokenValues, actor: User | None, reason: str, now: datetime
) -> tuple[ApiToken, str]:
    """Give the new token and its text. `user` is who answers for it: their policy scope limits what it reads.

    Only a hash of the text is kept. One record in the audit log says who issued what, and why.
    """
    digest, secret = get_digest_token()  # type: ignore[no-untyped-call]
    token = ApiToken(user=user, digest=digest, token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH])
    with transaction.atomic():
        save_token(token=token, values=values, actor=actor, reason=reason)
        record_token(
            kind="token.issued", token=token, body={"token": values.told()}, actor=actor, reason=reason, now=now
        )
    return token, str(secret)
