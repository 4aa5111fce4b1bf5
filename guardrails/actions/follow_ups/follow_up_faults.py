"""What actions refuse of follow-ups, outcomes and work items."""

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


class UnknownWorkItemError(ActionError):
    """No work item of which this agent may know, or which they may take up."""

    code = "unknown_work_item"
    title = "Unknown work item"

    def __init__(self, work_item: str) -> None:
        super().__init__(
            f'There is no work item "{work_item}" for this agent.',
            errors=[Fault("/agent", "must be a person of the role that it is for")],
        )


class WorkItemTakenError(ActionError):
    """Somebody else has it, nobody has claimed it, or it is done."""

    code = "work_item_state"
    title = "Not possible with this work item now"


class NotReceiverError(ActionError):
    """What was handed over is taken up by people of the role that it is for."""

    code = "not_the_receiver"
    title = "It is for somebody else"

    def __init__(self, *, role: str, is_ai: bool) -> None:
        detail = f'It was handed over to people in the role "{role}".'
        super().__init__(
            f"{detail} An AI agent can hand over and read, not take up." if is_ai else detail,
            errors=[Fault("/agent", f'must be a person in the role "{role}"')],
        )
