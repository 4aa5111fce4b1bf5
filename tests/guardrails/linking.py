"""Linking cases, as the tests do it."""

from datetime import datetime

from django.contrib.auth.models import User

from guardrails.actions.caller import Caller
from guardrails.actions.cases.link_cases import LinkRequest, link_cases
from guardrails.actions.cases.undo_link import UndoRequest, undo_link
from guardrails.actions.once import Written
from guardrails.models import ApiToken, LinkKind, Scope
from tests.guardrails.builders import NOON


def an_order_system(name: str = "orders") -> Caller:
    """A system that links cases, and does nothing else."""
    user, _ = User.objects.get_or_create(username=name)
    token, _ = ApiToken.objects.create(user=user, name=name, scopes=[Scope.CASES])
    return Caller(client=token.public_id, name=name, scopes=frozenset([Scope.CASES]))


def link(
    caller: Caller,
    case: str,
    other: str,
    *,
    kind: LinkKind = LinkKind.REPLACES,
    policy: str = "shop_eu",
    key: str = "",
    now: datetime = NOON,
) -> Written:
    request = LinkRequest(policy=policy, case=case, other=other, kind=kind)
    return link_cases(caller=caller, request=request, key=key or f"{case} {kind} {other}", now=now)


def undo(
    caller: Caller,
    case: str,
    other: str,
    *,
    reason: str = "Another parcel.",
    policy: str = "shop_eu",
    key: str = "",
    now: datetime = NOON,
) -> Written:
    request = UndoRequest(policy=policy, case=case, other=other, reason=reason)
    return undo_link(caller=caller, request=request, key=key or f"undo {case} {other}", now=now)
