"""What actions refuse of work items."""

from guardrails.actions.faults import ActionError
from policies.engine.faults import Fault


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
