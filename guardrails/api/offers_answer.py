"""The answer to a question, as msgspec structs; the OpenAPI document is made of them.

The answers themselves are made by the engine and the actions as plain JSON values. Tests hold every real answer
against these shapes, and refuse keys that are not here. A client must bear keys that are added later.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.context_answer import Context, Decimal, Moment

Duration = Annotated[str, Meta(description="ISO 8601.", examples=["P2D"])]
HeldPart = Annotated[
    str | int | UnsetType,
    Meta(description="Where the budget is short: how much of it is only held by open promises."),
]
HeldUntil = Annotated[
    Moment | UnsetType | None,
    Meta(description="When the first of these promises is over; null: when somebody has answered."),
]
ScopeName = Literal["agent", "team", "role", "customer", "case", "policy"]


class PolicyNamed(Struct):
    """The published version that decided."""

    code: str
    version: int
    hash: Annotated[str, Meta(description="SHA-256 of the version's canonical JSON.")]


class AgentNamed(Struct):
    """Who asked, in which role."""

    id: str
    role: str


class Range(Struct):
    """What may be given alone: from min to max, in steps; `currency` of an amount, `unit` of a quantity."""

    min: Decimal
    suggested: Decimal
    max: Decimal
    step: Decimal
    currency: str | UnsetType = UNSET
    unit: str | UnsetType = UNSET


class Approvers(Struct):
    """Whose yes is needed: that of one role of any_of, and that of every role of all_of."""

    any_of: list[str] | UnsetType = UNSET
    all_of: list[str] | UnsetType = UNSET
    in_sequence: Annotated[bool | UnsetType, Meta(description="Those of all_of are asked one after the other.")] = UNSET


class ApprovalStep(Struct):
    """How far the offer goes with approval; `then` are the steps beyond."""

    by: Approvers
    min: Decimal | UnsetType = UNSET
    max: Decimal | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    beyond: Annotated[
        list[str] | UnsetType, Meta(description="The budgets that it exceeds, which is why some of these are asked.")
    ] = UNSET
    answer_within: Duration | UnsetType = UNSET
    then: "list[ApprovalStep] | UnsetType" = UNSET


class LimitedBy(Struct):
    """What keeps the offer from being more, in words for the agent."""

    kind: Literal["rule_limit", "budget", "declined"]
    code: str
    text: str


class BudgetLeft(Struct):
    """A budget that the remedy would take from; advisory until something is granted."""

    code: str
    name: str
    scope: ScopeName
    measure: Literal["money", "count"]
    remaining: Annotated[str | int, Meta(description="Money as decimal text, or a count.")]
    resets_at: Moment | None
    held: HeldPart = UNSET
    held_until: HeldUntil = UNSET


class Term(Struct):
    """A further measure of the remedy, such as for how many months."""

    code: str
    name: str
    max: Decimal
    unit: str


class FollowUp(Struct):
    """What is owed to the customer afterwards."""

    after: Duration
    what: str
    by: Annotated[str | UnsetType, Meta(description="The role that owes it; left out: who grants.")] = UNSET


class RuleNamed(Struct):
    """The rule that allows it, and how it reads."""

    code: str
    sentence: str


class Offer(Struct):
    """One remedy that may be given."""

    remedy: str
    name: str
    kind: str
    alone: Annotated[bool, Meta(description="Whether the agent may give it without asking anybody.")]
    exact: Annotated[bool, Meta(description="Whether exactly this is due, no more and no less.")]
    with_approval: ApprovalStep | None
    limited_by: LimitedBy
    budgets: list[BudgetLeft]
    say: Annotated[str, Meta(description="What may be said to the customer; never a limit.")]
    guidance: Annotated[str, Meta(description="How to do it, for the agent.")]
    follow_up: FollowUp | None
    group: Annotated[str | None, Meta(description="Of one group, the customer takes one.")]
    rule: RuleNamed
    amount: Annotated[Range | UnsetType | None, Meta(description="Of a remedy in money; null: nothing alone.")] = UNSET
    quantity: Annotated[
        Range | UnsetType | None, Meta(description="Of a remedy in a unit of its own; null: nothing alone.")
    ] = UNSET
    terms: list[Term] | UnsetType = UNSET
    until_answered: Annotated[
        list[str] | UnsetType, Meta(description="Facts whose answer may raise it; see questions.")
    ] = UNSET


class Because(Struct, rename={"is_": "is"}):
    """One reason, in a code and in words."""

    code: Literal[
        "forbidden",
        "human_only",
        "condition_not_met",
        "unknown_fact",
        "not_for_role",
        "not_for_reason",
        "nothing_due",
        "above_ladder",
        "budget_exhausted",
        "already_given",
        "better_option",
        "frozen",
        "declined",
    ]
    text: str
    rule: str | UnsetType = UNSET
    fact: str | UnsetType = UNSET
    needs: str | UnsetType = UNSET
    is_: Annotated[str | UnsetType | None, Meta(description="The fact's value, as people write it.")] = UNSET
    facts: list[str] | UnsetType = UNSET
    budget: str | UnsetType = UNSET
    held: HeldPart = UNSET
    held_until: HeldUntil = UNSET
    roles: list[str] | UnsetType = UNSET
    given: str | UnsetType = UNSET
    better: str | UnsetType = UNSET
    until: Annotated[Moment | UnsetType, Meta(description="When what is stopped is offered again.")] = UNSET


class NotOffered(Struct):
    """A remedy that may not be given, and the nearest miss."""

    remedy: str
    name: str
    text: str
    because: list[Because]


class Choice(Struct):
    """One of the answers to a question."""

    value: str
    name: str


class Question(Struct):
    """A fact worth asking for; `unlocks` remedies that the answer may bring, `changes` those that it may raise."""

    fact: Annotated[str, Meta(description='A fact, or "customer" or "case": that reference.')]
    ask: str
    type: Literal["flag", "choice", "integer", "money", "decimal", "date", "moment", "lines", "reference"]
    unlocks: list[str]
    changes: list[str]
    choices: list[Choice] | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    needs: Annotated[Literal["verified"] | UnsetType, Meta(description="It counts from a system alone.")] = UNSET


class Escalation(Struct):
    """Who can say yes beyond: a role, or the policy's handover."""

    to: str
    name: str
    text: str


class Assumed(Struct):
    """A fact that was left out, and what was taken for it."""

    fact: str
    value: Any


class OffersAnswer(Struct):
    """Everything that may be offered now, and what to do where that is not enough."""

    decision: Annotated[str, Meta(description="Grant one of its offers at /api/v1/exceptions/.")]
    policy: PolicyNamed
    agent: AgentNamed
    offers: list[Offer]
    not_offered: list[NotOffered]
    questions: list[Question]
    escalation: Escalation
    assumed: list[Assumed]
    context: Context
