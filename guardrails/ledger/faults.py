"""What the ledger refuses."""


class BudgetExceededError(Exception):
    """A budget cannot bear the amount; the transaction must be rolled back.

    `remaining` is what it could bear, in the currency's smallest unit or as a count.
    """

    code = "budget_exceeded"

    def __init__(self, *, budget: str, remaining: int) -> None:
        self.budget = budget
        self.remaining = remaining
        super().__init__(f"{budget}: only {remaining} left")


class DayIsOverError(Exception):
    """The day of the claim counts no more in a rolling window: another process is past midnight already.

    The caller rolls back and decides again with a fresh clock.
    """
