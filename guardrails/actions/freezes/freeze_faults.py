"""What actions refuse because of a freeze, and what they refuse of a freeze."""

from collections.abc import Sequence
from typing import Any

from guardrails.actions.faults import ActionError
from policies.engine.faults import Fault


class StoppedError(ActionError):
    """A manager has stopped it; the detail says what to do instead, `alternatives` are the offers that are left."""

    code = "stopped"
    title = "A manager has stopped this"

    def __init__(self, detail: str, *, alternatives: Sequence[dict[str, Any]] | None = None) -> None:
        super().__init__(detail, alternatives=alternatives)


class InvalidFreezeError(ActionError):
    """A freeze of what is not there, of what the user may not stop, or that ends before it begins."""

    code = "invalid_freeze"
    title = "This cannot be stopped"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message, errors=[Fault(path, message)])


class UnknownFreezeError(ActionError):
    """There is no such freeze that this user may see."""

    code = "unknown_freeze"
    title = "Unknown freeze"

    def __init__(self, freeze: str) -> None:
        super().__init__(
            f'There is no freeze "{freeze}".', errors=[Fault("/freeze", "must be a freeze in your policies")]
        )


class FreezeIsOverError(ActionError):
    """It has ended already; nothing is left to be lifted."""

    code = "freeze_is_over"
    title = "The freeze is over"

    def __init__(self) -> None:
        super().__init__("It was lifted, or has ended by itself; nothing is stopped by it any more.")
