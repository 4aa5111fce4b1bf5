"""Answers about policies and their budgets, as msgspec structs; the OpenAPI document is made of them."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.context_answer import Moment
from guardrails.api.offers_answer import AgentNamed, HeldUntil, PolicyNamed, ScopeName

Figure = Annotated[str | int, Meta(description="Money as decimal text, or a count.")]


class Rolling(Struct):
    """How long what was taken counts: so many days, or months."""

    days: int | UnsetType = UNSET
    months: int | UnsetType = UNSET


class BudgetStanding(Struct):
    """One budget in the window in force."""

    code: str
    name: str
    scope: ScopeName
    measure: Literal["money", "count"]
    limit: Figure
    taken: Figure
    remaining: Figure
    currency: Annotated[str | None, Meta(description="Of money.")]
    rolling: Rolling | None
    reasons: Annotated[list[str] | None, Meta(description="Which exceptions take from it; null: all.")]
    remedies: Annotated[list[str] | None, Meta(description="Which exceptions take from it; null: all.")]
    resets_at: Annotated[Moment | None, Meta(description="null of a rolling budget, and of one for ever.")]
    held: Annotated[
        str | int | UnsetType,
        Meta(description="How much of what is taken is only held by open promises; left out where nothing is."),
    ] = UNSET
    held_until: HeldUntil = UNSET


class BudgetsAnswer(Struct):
    """What is left for an agent."""

    policy: PolicyNamed
    agent: AgentNamed
    budgets: list[BudgetStanding]


class PolicyAnswer(Struct):
    """One published version of a policy."""

    code: str
    name: str
    version: int
    hash: Annotated[str, Meta(description="SHA-256 of the document's canonical JSON (RFC 8785).")]
    in_force: bool
    published_at: Moment
    note: str
    document: Annotated[dict[str, Any], Meta(description="See /api/v1/schema/policy.json.")]
