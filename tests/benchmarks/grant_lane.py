"""A process that grants: `python -m tests.benchmarks.grant_lane NUMBER`; its standard input says what and how often.

`prepare ours|plain POLICY N` asks N questions of N customers; `go` grants them all, one after another, and answers
when that began and ended and how long the slowest took, in nanoseconds of the machine's clock.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from time import monotonic_ns

import django

from tests.benchmarks.grant_site import AMOUNT, REMEDY

Grant = Callable[[], object]


def main() -> None:
    """Do what each line says."""
    django.setup()
    if sys.argv[1] == "site":
        _make_site()
        return
    lane, waiting = int(sys.argv[1]), list[Grant]()
    for line in sys.stdin:
        what, *how = line.split()
        if what == "prepare":
            waiting = _prepared(lane, *how)
            print("ready", flush=True)  # noqa: T201
        else:
            print(json.dumps(_go(waiting)), flush=True)  # noqa: T201


def _make_site() -> None:
    """Make a database for four lanes."""
    from django.core.management import call_command

    from tests.benchmarks.grant_site import make_grant_site

    call_command("migrate", verbosity=0)
    make_grant_site(4)


def _go(grants: list[Grant]) -> dict[str, int]:
    begin = start = monotonic_ns()
    longest = 0
    for grant in grants:
        grant()
        end = monotonic_ns()
        longest, start = max(longest, end - start), end
    return {"begin": begin, "end": start, "longest": longest}


def _prepared(lane: int, how: str, policy: str, times: str) -> list[Grant]:
    """Ask about one new customer after another; give what grants each."""
    from django.utils import timezone

    from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
    from tests.benchmarks.grant_questions import caller_of_grants, decision

    caller = caller_of_grants()

    def ours(asked: str) -> None:
        request = GrantRequest(decision=asked, remedy=REMEDY, amount=AMOUNT)
        done = grant_exception(caller=caller, request=request, key=f"key-{asked}", now=timezone.now())
        if done.answer["state"] != "granted":
            raise RuntimeError(f"not granted: {done.answer}")

    decisions = [decision(caller=caller, agent=lane, policy=policy) for _ in range(int(times) + 1)]
    # One is granted before the clock runs: the windows exist, the statements are planned, and `plain` has its model.
    ours(decisions.pop())
    if how == "plain":
        from tests.benchmarks.plain_grant import PlainGrants

        plain = PlainGrants(agent=f"agent-{lane}", policy=policy)
        return [partial(plain.grant, asked) for asked in decisions]
    return [partial(ours, asked) for asked in decisions]


if __name__ == "__main__":
    main()
