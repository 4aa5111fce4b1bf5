"""Pages of rules, each with its sentence, its conditions and its approval ladder."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from policies.admin.base import ChangeList
from policies.admin.element import LABELS, ElementAdmin, PartInline, in_hand
from policies.admin.rule_forms import (
    ApprovalStepForm,
    ConditionForm,
    ConditionFormSet,
    LadderFormSet,
    RuleForm,
    gives_money,
)
from policies.models import ApprovalStep, Condition, Rule
from policies.queries.declared import declared_facts
from policies.queries.sentences import draft_sentences


class ConditionInline(PartInline):
    """Conditions that must all hold; "or" is a second rule, or one of."""

    model = Condition
    form = ConditionForm
    formset = ConditionFormSet
    verbose_name_plural = "conditions: all must hold"
    fields = ("fact", "operator", "value", "position")

    class Media:
        js = ("policies/conditions.js",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell each condition which facts there are."""
        formset = super().get_formset(request, obj, **kwargs)
        policy = in_hand(request)
        formset.form.facts = declared_facts(policy) if policy else {}
        return formset


class ApprovalStepInline(PartInline):
    """Who must agree to more than the role gives alone, step by step."""

    model = ApprovalStep
    form = ApprovalStepForm
    formset = LadderFormSet
    verbose_name_plural = "approval ladder: who agrees to more"
    fields = ("bound", "limit", "any_of", "all_of", "sequence", "answer_within", "position")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell each step whether the rule gives money."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.money = obj is not None and gives_money(obj.remedies.all())
        return formset


class SentenceList(ChangeList):
    """A page of rules with their sentences, made policy by policy."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """Load the page; from django.contrib.admin.views.main.ChangeList."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        for policy in {row.policy for row in rows}:
            mine = [row for row in rows if row.policy == policy]
            sentences = draft_sentences(policy, {row.code for row in mine})
            for row in mine:
                row.sentence = sentences.get(row.code, "")
        self.result_list = rows


@admin.register(Rule)
class RuleAdmin(ElementAdmin):
    """The decision table, row by row."""

    form = RuleForm
    inlines = (ConditionInline, ApprovalStepInline)
    list_display = ("position", "code", "effect", "shown_sentence", "policy")
    list_display_links = ("code",)
    list_filter = (*ElementAdmin.list_filter, "effect")
    list_per_page = 50
    change_form_before_template = "admin/policies/rule/sentence.html"
    fields = None
    fieldsets = [
        (None, {"fields": ["policy", *LABELS]}),
        ("For whom and what", {"fields": ["effect", "roles", "reasons", "remedies", ("starts_on", "ends_on")]}),
        (
            "How much",
            {"fields": ["kind", "amount", ("at_least", "suggest"), "step", ("alone_how", "alone_limit"), "terms"]},
        ),
        ("In words", {"fields": ["because", "say", "guidance", ("follow_up_after", "follow_up_by"), "follow_up_what"]}),
    ]
    read_as: ClassVar = {"alone_how": "alone"}
    conditional_fields = {
        "kind": "effect == 'allow'",
        "amount": "effect == 'allow'",
        "at_least": "effect == 'allow' && kind == 'up_to'",
        "suggest": "effect == 'allow' && kind == 'up_to'",
        "step": "effect == 'allow' && kind == 'up_to'",
        "alone_how": "effect == 'allow'",
        "alone_limit": "effect == 'allow'",
        "terms": "effect == 'allow'",
        "because": "effect != 'allow'",
        "say": "effect == 'allow'",
        "guidance": "effect == 'allow'",
        "follow_up_after": "effect == 'allow'",
        "follow_up_by": "effect == 'allow'",
        "follow_up_what": "effect == 'allow'",
    }

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Add the sentence of the rule as it is saved."""
        row = self.get_object(request, object_id) if object_id else None
        sentence = draft_sentences(row.policy, {row.code}).get(row.code, "") if row else ""
        context = {**(extra_context or {}), "sentence": sentence}
        return super().changeform_view(request, object_id, form_url, context)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Any]:
        """List rules with their sentences; from django.contrib.admin.ModelAdmin."""
        return SentenceList

    @admin.display(description="in words")
    def shown_sentence(self, row: Any) -> str:
        """Show the rule's sentence."""
        return str(row.sentence)
