"""The only writer of budget windows and ledger entries: reserve, commit, release, reverse; verify."""

from guardrails.ledger.claim import Balance, Claim, WindowKey
from guardrails.ledger.faults import BudgetExceededError, DayIsOverError
from guardrails.ledger.line_up import line_up
from guardrails.ledger.reserve import reserve
from guardrails.ledger.settle import commit, release, reverse
from guardrails.ledger.verify import Discrepancy, verify
from guardrails.ledger.windows import Window

__all__ = [
    "Balance",
    "BudgetExceededError",
    "Claim",
    "DayIsOverError",
    "Discrepancy",
    "Window",
    "WindowKey",
    "commit",
    "line_up",
    "release",
    "reserve",
    "reverse",
    "verify",
]
