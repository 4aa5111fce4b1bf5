"""What is refused to those who ask for a yes, and to those who are asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from guardrails.actions.faults import ActionError
from policies.engine.faults import Fault


class UnknownApprovalError(ActionError):
    """No such request of which this agent may know."""

    code = "unknown_approval"
    title = "Unknown request for approval"

    def __init__(self, approval: str) -> None:
        super().__init__(f'There is no request for approval "{approval}" for this agent.')


class MayNotVoteError(ActionError):
    """They may know of the request, and have no say in it; `name` says why."""

    code = "may_not_vote"
    title = "Somebody else decides this"

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(why, errors=[Fault("/agent", f"must be somebody who is asked ({name})")])


class ApprovalClosedError(ActionError):
    """The request was decided, or asked anew, meanwhile."""

    code = "approval_closed"
    title = "This request is decided already"

    def __init__(self, state: str) -> None:
        super().__init__(f"The request is {state}. Look at the exception for how it stands.")


class ClaimedError(ActionError):
    """Somebody else has taken it up."""

    code = "claimed"
    title = "Somebody else has taken it up"

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} has taken it up. They can put it back, or somebody of a role above can decide.")


class NotClaimedError(ActionError):
    """Only who has it can put it back."""

    code = "not_claimed"
    title = "They have not taken it up"

    def __init__(self) -> None:
        super().__init__("Only who has taken a request up can put it back.")


class NoQuestionError(ActionError):
    """Nothing is asked about the request."""

    code = "no_question"
    title = "Nothing is asked"

    def __init__(self) -> None:
        super().__init__("No question about this request is open.")


class ReasonMissingError(ActionError):
    """A no, a question and its answer need words."""

    code = "reason_missing"
    title = "Say why"

    def __init__(self) -> None:
        super().__init__(
            "The other side has to be told in words.", errors=[Fault("/text", "must be text that says why")]
        )


class StandingNoError(ActionError):
    """Somebody said no, and nobody is above; `alternatives` are what can be given without asking."""

    code = "no_stands"
    title = "This was declined, and nobody is above"

    def __init__(self, detail: str, *, remedy: str, alternatives: Sequence[dict[str, Any]]) -> None:
        super().__init__(
            detail, errors=[Fault("/remedy", f'was declined for this case ("{remedy}")')], alternatives=alternatives
        )


class FactsChangedError(ActionError):
    """Later facts of the case differ from those that were approved."""

    code = "facts_changed"
    title = "The facts have changed since it was approved"

    def __init__(self, facts: Mapping[str, str]) -> None:
        """Tell of each fact, by its code, what it was and is."""
        super().__init__(
            f"It was approved under other facts: {'; '.join(facts.values())}. "
            "Ask for offers again, or change it to ask anew.",
            errors=[Fault(f"/facts/{code}", f"differs from what was approved: {said}") for code, said in facts.items()],
        )
