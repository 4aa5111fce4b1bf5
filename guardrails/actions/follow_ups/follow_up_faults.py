"""What actions refuse of follow-ups and outcomes, and of whom something is handed to."""

from guardrails.actions.faults import ActionError
from policies.engine.faults import Fault


class UnknownFollowUpError(ActionError):
    """No follow-up of which this agent may know; a stranger learns nothing."""

    code = "unknown_follow_up"
    title = "Unknown follow-up"

    def __init__(self, follow_up: str) -> None:
        super().__init__(
            f'There is no follow-up "{follow_up}" for this agent.',
            errors=[Fault("/agent", "must be its owner, a colleague, or somebody of the role that it is for")],
        )


class FollowUpClosedError(ActionError):
    """It was done, or the exception behind it was taken back."""

    code = "follow_up_closed"
    title = "This follow-up is closed"

    def __init__(self, state: str) -> None:
        done = "It was done already." if state == "done" else "What it was about was taken back; nothing is owed."
        super().__init__(done)


class InvalidRecipientError(ActionError):
    """Handed to nobody, to both an agent and a role, or to somebody who is not there."""

    code = "invalid_recipient"
    title = "It cannot be handed to them"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path[1:]} {message}.", errors=[Fault(path, message)])


class InvalidOutcomeError(ActionError):
    """It says nothing, or does not say what it is about."""

    code = "invalid_outcome"
    title = "The outcome cannot be read"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path[1:] or 'The outcome'} {message}.", errors=[Fault(path, message)])


class OutcomeConflictError(ActionError):
    """The same id with something else in it."""

    code = "outcome_conflict"
    title = "This outcome was told differently before"

    def __init__(self, external_id: str) -> None:
        super().__init__(
            f'The outcome "{external_id}" was told with another content. That stays; tell more under a new id.',
            errors=[Fault("/id", "was used for another outcome")],
        )
