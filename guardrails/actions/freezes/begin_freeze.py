"""Begin a freeze: stop an agent, a team, a role, a remedy, a client or a whole policy, from the next question on."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from guardrails.actions.freezes.freeze_faults import InvalidFreezeError
from guardrails.actions.freezes.freeze_json import freeze_json
from guardrails.actions.freezes.void_stopped import void_stopped_by
from guardrails.audit import Subject, record
from guardrails.models import Freeze, FreezeTarget, OpenPromises
from guardrails.models.identifiers import new_id
from guardrails.queries.freezes import name_of_stoppable
from policies.models import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeValues:
    """What is to be stopped: `target` is its code, of a client the token's id; `policy` None means everywhere.

    It lasts from `begins_at` (None: now) until, exclusive, `ends_at` (None: until it is lifted). `instead` is what
    agents do meanwhile.
    """

    kind: FreezeTarget
    target: str
    policy: Policy | None
    reason: str
    instead: str = ""
    promises: OpenPromises = OpenPromises.KEEP
    begins_at: datetime | None = None
    ends_at: datetime | None = None


def begin_freeze(*, values: FreezeValues, actor: User, now: datetime) -> Freeze:
    """Stop it, with one record in the audit log, and then void what was promised, where that is wanted.

    Voiding comes after, one exception at a time: what is open cannot be granted meanwhile, and housekeeping voids
    what is left. Raises InvalidFreezeError for what is not there or reaches beyond the user's policies.
    """
    freeze = checked_freeze(values=values, actor=actor, now=now)
    with transaction.atomic():
        freeze.save(force_insert=True)
        told = freeze_json(freeze)
        record(
            kind="freeze.begun",
            subject=Subject(type="freeze", id=freeze.pk, policy_id=freeze.policy_id),
            body={**told, "answer": told},
            actor=f"user:{actor.get_username()}",
            now=now,
        )
    void_stopped_by(freeze, now=now)
    return freeze


def checked_freeze(*, values: FreezeValues, actor: User, now: datetime) -> Freeze:
    """Give the freeze that is to begin, not saved. Raises InvalidFreezeError that names the field."""
    name = name_of_stoppable(user=actor, kind=values.kind, target=values.target, policy=values.policy)
    if name is None:
        where = f"in {values.policy}" if values.policy else "everywhere"
        what = values.kind.label[0].lower() + values.kind.label[1:]
        raise InvalidFreezeError("/target", f"There is no {what} of that name that you may stop {where}.")
    begins_at = values.begins_at or now
    if begins_at < now:
        raise InvalidFreezeError("/begins_at", "Nothing can be stopped in the past; leave it empty for at once.")
    if values.ends_at is not None and values.ends_at <= begins_at:
        raise InvalidFreezeError("/ends_at", "Must be later than it begins, or left out.")
    if not values.reason.strip():
        raise InvalidFreezeError("/reason", "Say why; agents are told.")
    return Freeze(
        id=new_id("frz", now),
        policy=values.policy,
        kind=values.kind,
        target=values.target,
        name=name,
        reason=values.reason.strip(),
        instead=values.instead.strip(),
        promises=values.promises,
        begins_at=begins_at,
        ends_at=values.ends_at,
        begun_by=actor,
    )
