"""Authentication: the client of an `Authorization: Token …` header, in one query.

Tokens are made by django-rest-knox, and only their hashes are stored. knox's own class reads the token and its
user through the ORM, which costs more than all the rest of a question, and deletes tokens on the way.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, cast

from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from guardrails.actions.caller import Caller
from guardrails.api.request_id import request_id
from guardrails.models.portable_sql import stored
from guardrails.models.prepared import prepared_cursor

LONGEST_TOKEN = 256
HOW = "Send the header Authorization: Token, a space and your API token."


@dataclass(frozen=True, slots=True)
class Client:
    """Who is at the other end: what Django, DRF and the log want to know of a request's user."""

    pk: int
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_username(self) -> str:
        """Give nothing: the log names a client by its number."""
        return ""


_SELECT = """
SELECT k.digest, k.public_id, k.name, k.scopes, k.active AND u.is_active,
  k.expiry IS NULL OR k.expiry > %s, k.user_id
FROM guardrails_apitoken k JOIN auth_user u ON u.id = k.user_id
WHERE k.digest = %s
"""


class TokenAuthentication(BaseAuthentication):
    """Reads the header; `request.auth` is then the Caller that actions want, `request.user` a Client."""

    def authenticate(self, request: Request) -> tuple[Any, Caller] | None:
        """Give the client, None without the header; from rest_framework.authentication.BaseAuthentication."""
        header = str(request.META.get("HTTP_AUTHORIZATION", ""))
        if not header:
            return None
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "token" or not secret.strip():
            raise AuthenticationFailed(HOW)
        return _client(secret.strip(), request_id(request._request), timezone.now())  # noqa: SLF001

    def authenticate_header(self, request: Request) -> str:
        """Give WWW-Authenticate; from rest_framework.authentication.BaseAuthentication."""
        return "Token"


def _client(secret: str, logged_as: str, now: datetime) -> tuple[Client, Caller]:
    row = _row(secret, now)
    if row is None:
        raise AuthenticationFailed("This token is not known.")
    public_id, name, scopes, active, in_time, user_id = row
    # Whoever holds the secret may know what became of it.
    if not active:
        raise AuthenticationFailed("This token has been switched off.")
    if not in_time:
        raise AuthenticationFailed("This token has expired.")
    allowed = frozenset(json.loads(scopes) if isinstance(scopes, str) else scopes)
    caller = Caller(client=public_id, name=name, scopes=allowed, request_id=logged_as)
    return Client(user_id), caller


def _row(secret: str, now: datetime) -> tuple[Any, ...] | None:
    """Find the token by its hash, so that how long it takes says nothing about the secret."""
    if len(secret) > LONGEST_TOKEN or not secret.isascii():
        return None
    digest = hash_token(secret)
    with prepared_cursor() as cursor:
        cursor.execute(_SELECT, [stored(now), digest])
        row = cursor.fetchone()
    if row is None or not compare_digest(row[0], digest):
        return None
    return cast("tuple[Any, ...]", row[1:])
