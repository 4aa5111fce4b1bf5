"""Edit a token: change what it may do and for whom, or switch it off and on."""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from guardrails.actions.tokens.token_values import TokenValues, record_token, save_token, values_of
from guardrails.models import ApiToken


def edit_token(*, token: ApiToken, values: TokenValues, actor: User | None, reason: str, now: datetime) -> ApiToken:
    """Set the values of a token; the audit log tells what was before, what is now, by whom and why.

    Values that are as they were write nothing.
    """
    with transaction.atomic():
        row: ApiToken = ApiToken.objects.select_for_update().get(pk=token.pk)
        before, after = values_of(row).told(), values.told()
        changes = [[name, before[name], after[name]] for name in after if after[name] != before[name]]
        if not changes:
            return row
        save_token(token=row, values=values, actor=actor, reason=reason)
        body = {"changes": changes}
        record_token(kind="token.changed", token=row, body=body, actor=actor, reason=reason, now=now)
    return row


def switch_token(*, token: ApiToken, active: bool, actor: User | None, reason: str, now: datetime) -> ApiToken:
    """Switch a token off or on; an inactive one is refused from the next request on."""
    values = replace(values_of(token), active=active)
    return edit_token(token=token, values=values, actor=actor, reason=reason, now=now)
