"""Publish a policy: its draft becomes an immutable, numbered version named by its hash."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from policies.engine.canonical import canonical, digest
from policies.engine.compile import compile_rulebook
from policies.engine.document import dump, read
from policies.engine.document.ladders import require_sound_ladders
from policies.models import Policy, PolicyVersion
from policies.models.tracking import sign
from policies.queries.document import document_of
from policies.signals import policy_published


def publish_policy(*, policy: Policy, actor: User | None, note: str, now: datetime) -> PolicyVersion:
    """Publish the draft as the next version and make it the current one; `policy` is brought up to date.

    Raises DocumentError with every fault of the draft; then nothing has changed. Sends `policy_published`
    inside the transaction. Publishing an unchanged draft makes another version with the same hash.
    """
    with transaction.atomic():
        # The lock keeps two publications from taking the same number.
        locked = Policy.objects.select_for_update().get(pk=policy.pk)
        rulebook = read(document_of(locked))
        require_sound_ladders(rulebook)
        compile_rulebook(rulebook)
        document = dump(rulebook)
        last = locked.versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = PolicyVersion.objects.create(
            policy=locked,
            number=last + 1,
            hash=digest(document),
            document=canonical(document).decode(),
            published_at=now,
            published_by=actor,
            note=note,
        )
        locked.current_version = version
        sign(locked, actor=actor, reason=f"Published version {version.number}" + (f": {note}" if note else ""))
        locked.save()
        policy_published.send(sender=PolicyVersion, version=version, actor=actor, now=now)
    policy.current_version = version
    return version
