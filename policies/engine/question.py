"""What is asked, with everything that an answer may depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from policies.engine.declined import Declined


class Frozen(NamedTuple):
    """A stop that a manager has ordered. `remedy` is its code, "" for every remedy; the rest is in words.

    `what` is what is stopped ("Store credit", "This team"), `instead` what to do meanwhile, `until` when it ends,
    as the answer gives it; each "" where nothing is said. `wide` says that others may be stopped as well: nobody is
    sent to the role above then.
    """

    remedy: str
    what: str
    reason: str
    instead: str
    until: str
    wide: bool = False


class Held(NamedTuple):
    """What open promises hold of a budget: not given yet, and perhaps never.

    `amount` is in minor units or a count, `until` when the first of them is over, as the answer gives it ("": when
    somebody has answered); `sole` says that it is one promise.
    """

    amount: int
    until: str
    sole: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question "what can I offer?".

    `facts` are JSON values as the caller gave them; `verified` are the codes of those that come from a system.
    `history` maps history facts to a count or minor units (missing: unknown). `taken` maps budgets to what is held and
    spent in the window in force, in minor units or a count (missing: nothing). `customer` and `case` say whether those
    references are known; `granted` are the remedies already given in this case. `frozen` are the stops in force for
    whoever asks. `held` is the part of `taken` that is only held, as far as it was looked up: it changes no offer, only
    what is said of a budget that is short. `declined` maps remedies to what a no leaves of them. `now` is aware.
    """

    role: str
    reason: str
    now: datetime
    is_ai: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    verified: frozenset[str] = frozenset()
    history: Mapping[str, int | None] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)
    customer: bool = False
    case: bool = False
    granted: tuple[str, ...] = ()
    frozen: tuple[Frozen, ...] = ()
    held: Mapping[str, Held] = field(default_factory=dict)
    declined: Mapping[str, Declined] = field(default_factory=dict)
