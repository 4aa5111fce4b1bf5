"""What is refused of a settlement."""

from typing import Any, ClassVar

from guardrails.actions.faults import ActionError
from guardrails.models import SettlementEvent
from guardrails.models.settlement import SAID, settlement_refusal, settlements_possible
from policies.engine.faults import Fault


class WrongSettlementError(ActionError):
    """The settlement's state does not allow what the payer says; `name` is the refusal's own name in the table."""

    code: ClassVar[str] = "wrong_settlement"
    title: ClassVar[str] = "Not possible for this settlement"

    def __init__(self, state: str, event: SettlementEvent, *, kept: bool = False) -> None:
        self.name, text = settlement_refusal(state, event)
        self.kept = kept
        possible = ", ".join(settlements_possible(state)) or "nothing"
        said = f"{text} What you said is kept: it has to be looked into." if kept else text
        super().__init__(
            said, errors=[Fault("/event", f"cannot be said of it now; what can be said is: {possible} ({self.name})")]
        )


class InvalidSettlementError(ActionError):
    """An event, an amount, a quantity, a moment or a reference that cannot be."""

    code: ClassVar[str] = "invalid_settlement"
    title: ClassVar[str] = "The settlement cannot be read"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path[1:]} {message}. Nothing was changed.", errors=[Fault(path, message)])


def refused_before(answer: dict[str, Any]) -> WrongSettlementError | None:
    """Give the refusal that a recorded answer stands for, None where it is a settlement."""
    refused = answer.get("refused")
    if refused is None:
        return None
    event = SAID.get(refused["event"]) or SettlementEvent(refused["event"])
    return WrongSettlementError(refused["state"], event, kept=True)
