"""Once: a write that a client may repeat happens once, and is answered the same every time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.faults import KeyConflictError, LostRaceError, MissingKeyError
from guardrails.actions.turns import take_turns
from guardrails.audit import Origin
from guardrails.ledger import BudgetExceededError, DayIsOverError
from guardrails.models.canonical_json import canonical_text, text_digest
from guardrails.queries.first_answer import first_answer

ATTEMPTS = 4
"""How often a write that lost a race is tried again; each time it sees what the winner left."""
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The answer; `repeated` says that it is the first answer to the same request, given again."""

    answer: dict[str, Any]
    repeated: bool


def once(
    *,
    caller: Caller,
    key: str,
    request: Mapping[str, Any],
    turns: Sequence[Iterable[object]] = (),
    write: Callable[[Origin, int], dict[str, Any]],
    make_room: Callable[[BudgetExceededError], bool] | None = None,
) -> Written:
    """Run `write(origin, attempt)` in a transaction, unless this client's `key` was used before.

    `request` is all that the client said, as JSON, with the name of what it asks for. `write` makes one audit
    record with this origin, whose body holds what it returns under "answer". `turns` are the names of what it reads,
    decides upon and changes (actions.turns). `make_room` runs after a budget refused, in transactions of its own; where
    it says that it got something back, the refusal does not count as a lost race. Raises MissingKeyError,
    KeyConflictError, LostRaceError after too many lost races, and whatever `write` raises; then nothing has changed.
    """
    origin = origin_of(caller, key, request)
    attempt = lost = 0
    while lost < ATTEMPTS:
        try:
            with transaction.atomic():
                take_turns(("key", caller.client, key), *turns)
                return repeated_answer(origin) or Written(answer=write(origin, attempt), repeated=False)
        except BudgetExceededError as error:
            lost += 0 if make_room and make_room(error) else 1
        except (DayIsOverError, LostRaceError):
            lost += 1
        except OperationalError as error:
            if not lost_a_race(error):
                raise
            lost += 1
        attempt += 1
    raise LostRaceError


def origin_of(caller: Caller, key: str, request: Mapping[str, Any]) -> Origin:
    """Give where a write comes from, which its audit record keeps. Raises MissingKeyError."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise MissingKeyError
    return Origin(
        client=caller.client,
        request_id=caller.request_id,
        idempotency_key=key,
        request_digest=text_digest(canonical_text(request)),
    )


def repeated_answer(origin: Origin) -> Written | None:
    """Give the first answer to the same request, None where the key is new. Raises KeyConflictError."""
    first = first_answer(client=origin.client, key=origin.idempotency_key)
    if first is None:
        return None
    if first.request_digest != origin.request_digest:
        raise KeyConflictError
    return Written(answer=first.answer, repeated=True)


def lost_a_race(error: OperationalError) -> bool:
    """Deadlock or serialization failure on PostgreSQL: the other transaction went through."""
    return getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
