"""Lift a freeze: from the next question on, everything is as if it had never been."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from guardrails.actions.freezes.freeze_faults import FreezeIsOverError, InvalidFreezeError, UnknownFreezeError
from guardrails.actions.freezes.freeze_json import freeze_json
from guardrails.audit import Subject, record
from guardrails.models import Freeze, FreezeTarget
from guardrails.queries.freezes import freezes_seen_by, name_of_stoppable
from policies.queries.scope import limited_to


def lift_freeze(*, freeze: str, reason: str, actor: User, now: datetime) -> Freeze:
    """Lift it, one that has not begun yet too, with one record in the audit log. What was voided stays so.

    Whoever may stop it may lift it. Raises UnknownFreezeError for a stranger, FreezeIsOverError where nothing is
    stopped by it any more, InvalidFreezeError without a reason.
    """
    if not reason.strip():
        raise InvalidFreezeError("/reason", "Say why.")
    with transaction.atomic():
        row = _of(freeze, actor)
        if row.lifted_at is not None or (row.ends_at is not None and row.ends_at <= now):
            raise FreezeIsOverError
        row.lifted_at, row.lifted_by, row.lifted_because = now, actor, reason.strip()
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        told = freeze_json(row)
        record(
            kind="freeze.ended",
            subject=Subject(type="freeze", id=row.pk, policy_id=row.policy_id),
            body={**told, "answer": told},
            actor=f"user:{actor.get_username()}",
            now=now,
        )
    return row


def may_lift(freeze: Freeze, user: User) -> bool:
    """Tell whether the user could have stopped it: what everybody sees stopped, only some may set free."""
    if limited_to(user) is None:
        return True
    kind = FreezeTarget(freeze.kind)
    return name_of_stoppable(user=user, kind=kind, target=freeze.target, policy=freeze.policy) is not None


def _of(freeze: str, actor: User) -> Freeze:
    rows = freezes_seen_by(actor).select_related("policy").select_for_update(of=("self",))
    row = rows.filter(pk=freeze).first()
    if row is None or not may_lift(row, actor):
        raise UnknownFreezeError(freeze)
    return row
