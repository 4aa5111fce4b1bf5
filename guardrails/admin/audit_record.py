"""Pages of the audit log, for auditors alone."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from guardrails.admin.evidence import EvidenceAdmin
from guardrails.admin.exception_filters import EqualFilter, SeenPolicyFilter
from guardrails.admin.names import name_of
from guardrails.admin.period import PeriodFilter
from guardrails.models import AuditRecord
from guardrails.models.canonical_json import text_digest

KINDS = {
    "exception.held": "Exception held",
    "exception.awaiting_approval": "Exception awaits approval",
    "exception.approved": "Exception approved",
    "exception.granted": "Exception granted",
    "exception.declined": "Exception declined",
    "exception.countered": "Exception answered with another proposal",
    "exception.timed_out": "Exception not answered in time",
    "exception.voided": "Exception voided",
    "exception.expired": "Exception expired",
    "exception.reversed": "Exception taken back, all of it or a part",
    "exception.amended": "Exception changed",
    "approval.voted": "Approval: one of several agreed",
    "approval.claimed": "Approval taken up",
    "approval.unclaimed": "Approval put back",
    "approval.asked": "Approval: a question asked back",
    "approval.answered": "Approval: the question answered",
    "approval.question_over": "Approval: the question not answered in time",
    "approval.reminded": "Approvers reminded",
    "approval.escalated": "Approval went to the next role",
    "policy.published": "Policy published",
    "freeze.begun": "Something stopped",
    "freeze.ended": "Stop lifted",
    "case.linked": "Cases linked",
    "case.unlinked": "Link of cases undone",
    "settlement.sent": "Settlement sent",
    "settlement.confirmed": "Settlement confirmed",
    "settlement.failed": "Settlement failed",
    "settlement.bounced": "Settlement bounced",
    "settlement.taken_back": "Settlement to be taken back",
    "settlement.returned": "Payment returned",
    "settlement.refused": "Settlement refused",
    "follow_up.handed_on": "Follow-up handed on",
    "follow_up.done": "Follow-up done",
    "follow_up.overdue": "Follow-up overdue",
    "follow_up.escalated": "Follow-up told to the next role",
    "outcome.recorded": "Outcome recorded",
    "work_item.opened": "Case handed over",
    "work_item.claimed": "Handed-over case taken up",
    "work_item.unclaimed": "Handed-over case put back",
    "work_item.done": "Handed-over case done",
    "work_item.overdue": "Handed-over case overdue",
    "work_item.escalated": "Handed-over case told to the next role",
    "budget.threshold": "Much of a budget taken",
    "webhook.added": "Webhook endpoint added",
    "webhook.changed": "Webhook endpoint changed",
    "webhook.rotated": "Webhook secret replaced",
    "webhook.gone": "Webhook endpoint gone, switched off",
    "webhook.switched_off": "Webhook endpoint switched off",
    "webhook.switched_on": "Webhook endpoint switched on",
    "token.issued": "Token issued",
    "token.changed": "Token changed",
    "token.rotated": "Token rotated",
}
"""The kinds that the filter offers; others are shown too."""
SUBJECTS = ("exception", "policy", "token", "freeze", "case", "follow_up", "work_item")


class KindFilter(EqualFilter):
    """By what happened."""

    title = parameter_name = column = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the kinds; from django.contrib.admin.SimpleListFilter."""
        return list(KINDS.items())


@admin.register(AuditRecord)
class AuditRecordAdmin(EvidenceAdmin):
    """Audit records: every event, in canonical JSON, as it was written with what it records."""

    prefix = "aud"
    page_template = "admin/guardrails/audit_record.html"
    list_display = ("when", "what", "subject", "by", "on_behalf_of", "policy")
    list_select_related = ("policy",)
    list_filter = (PeriodFilter, SeenPolicyFilter, KindFilter)
    search_fields = ("pk",)
    search_help_text = "A record's id, or the id of what it is about"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows with the names of who did it."""
        return super().get_queryset(request).annotate(actor_name=name_of("actor"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look along the indexes: by id, or by subject."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.startswith("aud_"):
            return queryset.filter(pk=term), False
        return queryset.filter(subject_type__in=SUBJECTS, subject_id=term), False

    @admin.display(description="when (UTC)")
    def when(self, row: AuditRecord) -> str:
        """Show the moment."""
        return f"{row.at:%d %b %Y, %H:%M:%S}"

    @admin.display(description="what")
    def what(self, row: AuditRecord) -> str:
        """Show what happened."""
        return KINDS.get(row.kind, row.kind)

    @admin.display(description="by")
    def by(self, row: Any) -> str:
        """Show who did it, as people call them; the record's page has it as it was written."""
        return str(row.actor_name)

    @admin.display(description="to")
    def subject(self, row: AuditRecord) -> str:
        """Show to what it happened."""
        return f"{row.subject_type.replace('_', ' ')} {row.subject_id}"

    def page_context(self, request: HttpRequest, row: AuditRecord) -> dict[str, Any]:
        """Give the record, and whether its digest is that of its body."""
        return {
            "title": KINDS.get(row.kind, row.kind),
            "row": row,
            "body": json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
            "intact": text_digest(row.body) == row.digest,
            "is_exception": row.subject_type == "exception",
        }
