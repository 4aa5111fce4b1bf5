"""Pages of work items: cases that were handed over, with everything said so far."""

import json
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from guardrails.actions.work_items.escalate_work_items import work_item_rules
from guardrails.actions.work_items.work_item_json import receiver_name
from guardrails.admin.answer_words import fact_rows, offer_rows
from guardrails.admin.due_first import DueFirstAdmin, ToDoFilter
from guardrails.admin.exception_filters import EqualFilter, SeenPolicyFilter
from guardrails.admin.figures import reason_name, role_name, told
from guardrails.admin.period import PeriodFilter
from guardrails.admin.read_at import as_of_now
from guardrails.admin.way_up import way_up_card
from guardrails.models import HANDOVER, WorkItem, WorkItemState
from guardrails.queries.case_history import case_history
from policies.admin.base import display
from policies.engine.words import lower_first
from policies.models import Role
from policies.queries.rulebooks import compiled
from policies.queries.scope import within

MOST_EARLIER = 20
_LABELS = {"Overdue": "danger", "Open": "info", "Claimed": "warning", "Done": "success"}


class WorkItemFilter(ToDoFilter):
    """By whether it has to be done still."""

    closed: ClassVar = {"done": "Done"}


class ReceiverFilter(EqualFilter):
    """By for whom it is."""

    title = "for"
    parameter_name = column = "for_role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the roles of the policies that the user sees; from django.contrib.admin.SimpleListFilter."""
        found = {row.code: str(row) for row in within(Role.objects.order_by("code"), request.user)}
        return [*sorted(found.items(), key=lambda choice: choice[1]), (HANDOVER, "The policy's hand-over")]


@admin.register(WorkItem)
class WorkItemAdmin(DueFirstAdmin):
    """Work items: cases that were handed over to people."""

    page_template = "admin/guardrails/work_item.html"
    list_display = ("due", "for_reason", "customer", "case", "receiver", "from_agent", "taker", "policy", "shown_state")
    list_display_links = ("due", "for_reason")
    list_select_related = ("policy", "from_agent", "claimed_by", "decision")
    list_filter = (WorkItemFilter, PeriodFilter, SeenPolicyFilter, ReceiverFilter)
    search_fields = ("=pk", "=decision__pk", "=customer", "=case")
    search_help_text = "An id, a decision, a customer or a case"

    @admin.display(description="due (UTC)")
    def due(self, row: WorkItem) -> str:
        """Show until when."""
        return f"{row.due_at:%d %b %Y, %H:%M}"

    @admin.display(description="about")
    def for_reason(self, row: WorkItem) -> str:
        """Show the reason."""
        return reason_name(row.decision)

    @admin.display(description="for")
    def receiver(self, row: WorkItem) -> str:
        """Show for whom it is."""
        return receiver_name(compiled(row.decision.version_id), row.for_role)

    @admin.display(description="claimed by", empty_value="nobody")
    def taker(self, row: WorkItem) -> str | None:
        """Show who has it."""
        return row.claimed_by.name if row.claimed_by else None

    @display(description="state", label=_LABELS)
    def shown_state(self, row: Any) -> str:
        """Show the state, and whether it is overdue."""
        return standing(row, row.read_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows with what their pages name."""
        rows = super().get_queryset(request).select_related("policy", "from_agent", "claimed_by", "decision")
        return as_of_now(rows)

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Give the whole case."""
        decision = row.decision
        rules = compiled(decision.version_id)
        answer, question = json.loads(decision.answer), json.loads(decision.question)
        given = case_history(policy_id=row.policy_id, case=row.case)[:MOST_EARLIER]
        stands = standing(row, row.read_at)
        return {
            "title": f"Handed over: {lower_first(reason_name(decision))}",
            "row": row,
            "zone": rules.zone.key,
            "standing": stands,
            "badge": {"Done": "gr-good", "Overdue": "gr-bad"}.get(stands, "gr-wait"),
            "reason": reason_name(decision),
            "receiver": receiver_name(rules, row.for_role),
            "from_role": role_name(decision, row.from_role),
            "way": way_up_card(row, own=row.for_role, rules=work_item_rules(row), done=row.state == WorkItemState.DONE),
            "facts": fact_rows(rules, question),
            "answer": answer,
            "offers": offer_rows(rules, answer),
            "given": [{"row": each, "text": told(each)} for each in given],
        }


def standing(row: WorkItem, now: datetime) -> str:
    """Say in a word how it stands."""
    if row.state != WorkItemState.DONE and row.due_at <= now:
        return "Overdue"
    return str(WorkItemState(row.state).label)
