"""What the ledger refuses."""


class BudgetExceededError(Exception):
    """A budget cannot bear the amount; the transaction must be rolled back.

    `remaining` is what it could bear, `missing` what it would have to get back for this, both in the currency's
    smallest unit or as counts; `window_id` is the window that refused.
    """

    code = "budget_exceeded"

    def __init__(self, *, budget: str, remaining: int, window_id: int, missing: int) -> None:
        self.budget = budget
        self.remaining = remaining
        self.window_id = window_id
        self.missing = missing
        super().__init__(f"{budget}: only {remaining} left")


class DayIsOverError(Exception):
    """The day of the claim counts no more in a rolling window: another process is past midnight already.

    The caller rolls back and decides again with a fresh clock.
    """
