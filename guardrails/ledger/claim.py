"""Claim: what an exception takes of one budget window; balance: what the window then holds."""

from dataclasses import dataclass
from datetime import date

WindowKey = tuple[str, str, date]
"""Budget code, whose, first day; within one policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`amount` and `limit` are in the currency's smallest unit, or counts; the limit is the one in force.

    `on_date` is today in the policy's time zone. `first_day` is, for a rolling budget, the first day that
    still counts; for every other budget it is its `starts_on`. `extends`: somebody has agreed to, or is asked for,
    more than the limit leaves; the window's limit then goes up by exactly what is missing.
    """

    policy_id: int
    budget: str
    scope_key: str
    starts_on: date
    measure: str
    limit: int
    amount: int
    on_date: date
    first_day: date
    extends: bool = False

    @property
    def key(self) -> WindowKey:
        """Which window of the policy."""
        return (self.budget, self.scope_key, self.starts_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One window after a movement; `taken` is held plus spent, `moved` is by how much that changed."""

    window_id: int
    budget: str
    scope_key: str
    starts_on: date
    limit: int
    held: int
    spent: int
    moved: int

    @property
    def taken(self) -> int:
        """What is held or spent."""
        return self.held + self.spent

    @property
    def remaining(self) -> int:
        """What is left; never negative, also where the limit was lowered below what is taken."""
        return max(0, self.limit - self.taken)
