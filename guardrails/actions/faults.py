"""What actions refuse: each class has a code and a title; a refusal says what would be valid or possible."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from guardrails.models.lifecycle import Event, allowed, refusal
from policies.engine.faults import Fault


class ActionError(Exception):
    """A refusal; nothing has changed when it is raised.

    `errors` name the input by JSON pointer; `alternatives` are offers, in the shape of an answer's.
    """

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        alternatives: Sequence[dict[str, Any]] | None = None,
    ) -> None:
        self.detail = detail
        self.errors = tuple(errors)
        self.alternatives = alternatives
        super().__init__(detail)


class MissingScopeError(ActionError):
    """The token may not do this at all."""

    code = "missing_scope"
    title = "This token may not do that"

    def __init__(self, *, scope: str) -> None:
        super().__init__(f'The token needs the scope "{scope}".')


class UnknownAgentError(ActionError):
    """No active agent of that code for whom this client may act; which of these it is, nobody is told."""

    code = "unknown_agent"
    title = "Unknown agent"

    def __init__(self, agent: str | None) -> None:
        said = "Name the agent for whom you ask." if agent is None else f'There is no agent "{agent}" for this client.'
        super().__init__(said, errors=[Fault("/agent", "must be an active agent for whom this client may act")])


class UnknownPolicyError(ActionError):
    """There is no such policy, or the agent has no role in it."""

    code = "unknown_policy"
    title = "Unknown policy"

    def __init__(self, policy: str) -> None:
        super().__init__(
            f'There is no policy "{policy}" in which this agent has a role.',
            errors=[Fault("/policy", "must be a policy in which the agent has a role")],
        )


class UnpublishedPolicyError(ActionError):
    """The policy exists as a draft alone, or its published version does not have the agent's role yet."""

    code = "unpublished_policy"
    title = "Policy is not published"

    def __init__(self, policy: str, *, role: str | None = None) -> None:
        lacks = f'has no role "{role}" in its published version' if role else "has not been published yet"
        super().__init__(
            f'The policy "{policy}" {lacks}.',
            errors=[Fault("/policy", "must be published" + (" with the agent's role" if role else ""))],
        )


class InvalidQuestionError(ActionError):
    """Facts, reason or references that the policy cannot read."""

    code = "invalid_question"
    title = "The question cannot be read"

    def __init__(self, errors: Sequence[Fault]) -> None:
        super().__init__("Nothing was decided.", errors=errors)


class UnknownDecisionError(ActionError):
    """No such decision of this agent."""

    code = "unknown_decision"
    title = "Unknown decision"

    def __init__(self, decision: str) -> None:
        super().__init__(
            f'There is no decision "{decision}" for this agent.',
            errors=[Fault("/decision", "must be a decision that was given to the same agent")],
        )


class NotOfferedError(ActionError):
    """The remedy is not offered now; `alternatives` are the offers that are."""

    code = "not_offered"
    title = "This is not offered now"


class OutOfRangeError(ActionError):
    """Amount or quantity outside what is offered, or out of step; the error says what would be valid."""

    code = "out_of_range"
    title = "Amount or quantity is not what is offered"


class AlreadyGrantedError(ActionError):
    """One decision lets an offer be taken once; whoever wants to give more asks again."""

    code = "already_granted"
    title = "This offer was taken already"


class DecisionTooOldError(ActionError):
    """The facts of a decision were true when they were told; after a while they have to be told again."""

    code = "decision_too_old"
    title = "The decision is too old"

    def __init__(self, lifetime: timedelta) -> None:
        hours = f"{lifetime / timedelta(hours=1):g}"
        super().__init__(
            f"Its facts were told more than {hours} hours ago. Ask again, and take an offer of the new decision.",
            errors=[Fault("/decision", f"must be a decision of the last {hours} hours")],
        )


class MissingKeyError(ActionError):
    """A write without the key under which it may be repeated."""

    code = "idempotency_key_missing"
    title = "Idempotency-Key is missing"

    def __init__(self) -> None:
        super().__init__(
            "Send the header Idempotency-Key: a value of your own of 1 to 255 characters, such as a UUID.",
        )


class KeyConflictError(ActionError):
    """The key was used for another request."""

    code = "idempotency_key_conflict"
    title = "Idempotency-Key was used for another request"

    def __init__(self) -> None:
        super().__init__("The same key with another body; use a new key for a new request.")


class UnknownExceptionError(ActionError):
    """No such exception of which this agent may know."""

    code = "unknown_exception"
    title = "Unknown exception"

    def __init__(self, exception: str, *, to: str = "agent") -> None:
        super().__init__(f'There is no exception "{exception}" for this {to}.')


class WrongStateError(ActionError):
    """The exception's state does not allow the event; `name` is the refusal's own name in the table.

    `instead` is the exception with which one can go on, where there is one.
    """

    code = "wrong_state"
    title = "Not possible in this state"

    def __init__(self, state: str, event: Event, *, instead: str = "") -> None:
        self.name, text = refusal(state, event)
        text = f"{text[:-1]}: {instead}." if instead else text
        possible = ", ".join(allowed(state)) or "nothing more"
        super().__init__(text, errors=[Fault("/state", f"is {state}, where possible is: {possible} ({self.name})")])


class LostRaceError(ActionError):
    """Others changed the same at the same moment, again and again."""

    code = "lost_race"
    title = "Others were quicker"

    def __init__(self) -> None:
        super().__init__("Others changed the same at the same moment. Nothing was changed; try again.")


class NeedsApprovalError(ActionError):
    """Only what the role may give alone can be held; `valid` says how much that is, `alternatives` are the offers."""

    code = "needs_approval"
    title = "This needs somebody's yes"

    def __init__(self, offers: Sequence[dict[str, Any]], *, valid: Fault | None = None) -> None:
        reach = f": {valid.path[1:]} {valid.message}" if valid else ""
        super().__init__(
            f"Only what may be given alone can be held{reach}. Grant it instead: it is then sent for approval.",
            errors=[valid or Fault("/remedy", "must be within what may be given alone")],
            alternatives=offers,
        )
