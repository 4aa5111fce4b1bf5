"""Rulebooks: published versions, compiled once and kept in this process's memory.

A version never changes, so what is kept is never stale; which version is current is asked of the database.
"""

import json
from collections import OrderedDict
from threading import Lock

from policies.engine.compile import Compiled, compile_rulebook
from policies.engine.document import read
from policies.models import Policy, PolicyVersion

MOST = 64
"""How many compiled versions a process keeps; the one that was asked for longest ago goes first."""

_kept: OrderedDict[int, Compiled] = OrderedDict()
_lock = Lock()


class NotPublishedError(LookupError):
    """There is no such policy, or it has no version yet."""


def compiled(version_id: int) -> Compiled:
    """Give a version ready to decide; one query the first time, none after.

    Raises PolicyVersion.DoesNotExist.
    """
    with _lock:
        if found := _kept.get(version_id):
            _kept.move_to_end(version_id)
            return found
    document = PolicyVersion.objects.values_list("document", flat=True).get(pk=version_id)
    # Two threads may both compile; the result is the same, and waiting for each other would be worse.
    made = compile_rulebook(read(json.loads(document)))
    with _lock:
        _kept[version_id] = made
        _kept.move_to_end(version_id)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made


def forget_all() -> None:
    """Empty the memory; tests that reuse version ids need it."""
    with _lock:
        _kept.clear()


def current_version(code: str) -> PolicyVersion:
    """Give the version in force of a policy, in one query. Raises NotPublishedError."""
    policy = Policy.objects.select_related("current_version").filter(code=code).first()
    if policy is None or policy.current_version is None:
        raise NotPublishedError(code)
    return policy.current_version


def current(code: str) -> Compiled:
    """Give the version in force of a policy, compiled. Raises NotPublishedError."""
    return compiled(current_version(code).pk)
