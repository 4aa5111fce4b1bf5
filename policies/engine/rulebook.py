"""The frozen values that a policy document becomes. `document.read` makes them; nothing here decides anything."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from policies.engine.amounts import Formula
from policies.engine.approvals import USUAL_ALERTS, USUAL_APPROVALS, USUAL_HOLD, Approvals, Beyond, Handover
from policies.engine.calendar import USUAL_CALENDAR, Calendar

KINDS = (
    "account_credit", "store_credit", "refund", "cash", "voucher", "discount", "fee_waiver", "service_extension",
    "points", "replacement", "expedited_shipping", "return_label", "service", "gift", "gesture", "settlement",
    "exchange", "handover", "other",
)  # fmt: skip
FACT_TYPES = ("flag", "choice", "integer", "money", "decimal", "date", "moment", "lines")
EFFECTS = ("allow", "forbid", "human_only")
SCOPES = ("agent", "team", "role", "customer", "case", "policy")
PERIODS = ("day", "week", "month", "quarter", "year", "ever")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Role:
    """An empowerment level; `escalates_to` is the role above. `may_reverse`: it may take back what was granted."""

    code: str
    name: str
    escalates_to: str | None = None
    may_reverse: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an exception is made."""

    code: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Remedies that exclude one another: the customer takes `one`, or only the `best` is offered."""

    code: str
    name: str
    choose: str = "one"
    description: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is owed after the exception: `after` is an ISO 8601 duration; `by` a role, or "" for who granted it."""

    after: str
    what: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A second measure of a remedy beside its amount: for how many months a discount runs."""

    code: str
    name: str
    unit: str
    places: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A make-it-right option. `cost` is in minor units, for one unit (or one grant where the unit is none).

    `hold_for` is an ISO 8601 duration: how long a quoted offer is kept.
    """

    code: str
    name: str
    kind: str
    unit: str
    places: int = 0
    cost: int = 0
    group: str | None = None
    signed: bool = False
    terms: tuple[Term, ...] = ()
    say: str = ""
    guidance: str = ""
    follow_up: FollowUp | None = None
    hold_for: str = USUAL_HOLD
    description: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice, as systems write it, and its name for people."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed input; `minimum`, `maximum`, `assume` are values as the engine has them (scaled integers, dates)."""

    code: str
    name: str
    type: str
    unit: str = ""
    places: int = 0
    choices: tuple[Choice, ...] = ()
    minimum: object = None
    maximum: object = None
    personal: bool = False
    source: str = "any"
    assume: object = None
    ask: str = ""
    about: str = ""
    max_lines: int = 200
    fields: tuple[Fact, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One atom of a conjunction. `value` is a value of the fact's type, a tuple of them, or a Reference."""

    fact: str
    operator: str
    value: object


@dataclass(frozen=True, slots=True)
class Within:
    """The last so many days or months before the date `of` (None: now)."""

    days: int | None
    months: int | None
    of: str | None


@dataclass(frozen=True, slots=True)
class SamePeriod:
    """The day, week, month, quarter or year in which the date `of` (None: now) lies; `starts` is (month, day)."""

    period: str
    starts: tuple[int, int]
    of: str | None


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact worked out from others. `operands` are codes (or "now"); the rest is what the form needs."""

    code: str
    name: str
    form: str
    operands: tuple[str, ...]
    type: str
    places: int = 0
    factor: Fraction | None = None
    mode: str = ""
    field: str = ""
    where: tuple[Condition, ...] = ()
    formula: Formula | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """A fact from our own records: a count, or an amount in minor units, of exceptions."""

    code: str
    name: str
    measure: str
    scope: str
    days: int | None = None
    months: int | None = None
    remedies: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """How far: up to and including, or below, what the formula gives."""

    limit: Formula
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an approval ladder: up to where, and who must agree: all of these roles, and any one of those.

    `in_sequence`: those of `all_of` are asked one after the other, in their order.
    """

    bound: Bound | None
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    answer_within: str = ""
    in_sequence: bool = False

    @property
    def by(self) -> dict[str, Any]:
        """Who must agree, as the document and the answer say it."""
        named = {"any_of": list(self.any_of), "all_of": list(self.all_of), "in_sequence": self.in_sequence}
        return {key: value for key, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table. Empty `roles`, `reasons`, `remedies` mean every one.

    `kind` is "amount" (exactly this), "up_to" (a range) or "" (no amount). `alone` is None (all of it), "never" or
    a Bound. `step` is in minor units, or scaled by the remedy's places.
    """

    code: str
    name: str
    effect: str = "allow"
    roles: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    starts_on: str | None = None
    ends_on: str | None = None
    kind: str = ""
    amount: Formula | None = None
    at_least: Formula | None = None
    suggest: Formula | None = None
    step: Fraction | None = None
    terms: tuple[tuple[str, Formula], ...] = ()
    alone: Bound | str | None = None
    approval: tuple[Step, ...] = ()
    because: str = ""
    say: str = ""
    guidance: str = ""
    follow_up: FollowUp | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much in total. `limit` is in minor units or a count; either `per` (with `starts`) or a rolling window.

    `beyond` is who may go beyond it, `alert_at` the whole percents of it at which an alert is due.
    """

    code: str
    name: str
    scope: str
    measure: str
    limit: int
    roles: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    per: str = ""
    starts: str = ""
    days: int | None = None
    months: int | None = None
    beyond: Beyond | None = None
    alert_at: tuple[int, ...] = USUAL_ALERTS
    description: str = ""

    @property
    def rolling(self) -> bool:
        """Whether it is a rolling window and not a calendar period."""
        return self.days is not None or self.months is not None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One policy, whole."""

    code: str
    name: str
    currency: str
    time_zone: str
    language: str
    handover: Handover | None
    rounding_mode: str
    rounding_step: Fraction
    calendar: Calendar = USUAL_CALENDAR
    approvals: Approvals = USUAL_APPROVALS
    roles: tuple[Role, ...] = ()
    reasons: tuple[Reason, ...] = ()
    groups: tuple[Group, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    facts: tuple[Fact, ...] = ()
    derived: tuple[Derived, ...] = ()
    history: tuple[History, ...] = ()
    rules: tuple[Rule, ...] = ()
    budgets: tuple[Budget, ...] = ()
    description: str = ""
