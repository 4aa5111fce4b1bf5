"""Payment card: what the page of an exception says was paid, taken back and refused."""

from collections.abc import Sequence

from guardrails.actions.offers.question_record import Json
from guardrails.admin.figures import part, taken_back
from guardrails.models import CareException, Settlement
from policies.engine.compile import Compiled


def payment_card(row: CareException, rules: Compiled, events: Sequence[Json]) -> Json:
    """Give what is known of its payment, in the time of its policy; `events` are those of its timeline."""
    return {
        "state": row.get_settlement_display() if row.settlement else "",
        "colour": _COLOURS.get(str(row.settlement), "gr-wait"),
        "since": row.settlement_at.astimezone(rules.zone) if row.settlement_at else None,
        "paid": _paid(row),
        "due": part(row, row.due_when_paid) if row.settled_minor not in (None, row.due_when_paid) else "",
        "taken_back": taken_back(row),
        "by": next((each["who"] for each in reversed(events) if each["kind"] == _TAKEN_BACK), row.reversed_by),
        "owed_back": part(row, row.owed_back) if row.owed_back else "",
        "came_back": part(row, row.came_back) if row.came_back else "",
        "refused": [each for each in events if each["payment"] and each["payment"]["refused"]],
    }


def _paid(row: CareException) -> str:
    """Say how much was paid; who confirms without an amount confirms what was due."""
    if row.settled_minor is not None:
        return part(row, row.settled_minor)
    return "as it was due" if row.settlement == Settlement.CONFIRMED and row.unit != "none" else ""


_TAKEN_BACK = "exception.reversed"
_COLOURS: dict[str, str] = {Settlement.CONFIRMED: "gr-good", Settlement.FAILED: "gr-bad"}
