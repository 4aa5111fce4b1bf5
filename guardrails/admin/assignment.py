"""Assignment rows on an agent's page: a role in each policy, never a role of another policy."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from guardrails.models import Assignment
from policies.admin.base import LabelledFormSet, PlainFieldsMixin, TabularInline
from policies.models import Policy, Role
from policies.queries.scope import policies_for, within


class AssignmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """One role in one policy; of a row that is saved, the policy stays."""

    policies: Any = Policy.objects.none()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "policy" not in self.fields:
            return
        policy: Any = self.fields["policy"]
        role: Any = self.fields["role"]
        policy.queryset = self.policies
        policy.disabled = self.instance.pk is not None
        mine = [self.instance.policy_id] if self.instance.pk else self.policies
        role.queryset = Role.objects.filter(policy__in=mine).select_related("policy").order_by("policy", "position")
        role.choices = _by_policy(role.queryset)

    def clean(self) -> dict[str, Any]:
        """Refuse a role of another policy; from django.forms.Form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        role, policy = cleaned.get("role"), cleaned.get("policy")
        if role and policy and role.policy_id != policy.pk:
            self.add_error("role", f"Choose a role of {policy}.")
        return cleaned


def _by_policy(roles: "QuerySet[Role]") -> list[Any]:
    """Give roles as the choices of a select, under the name of their policy."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for role in roles:
        groups.setdefault(str(role.policy), []).append((role.pk, str(role)))
    return [("", "Select value"), *groups.items()]


class AssignmentInline(PlainFieldsMixin, TabularInline):
    """The agent's roles in the policies that the user may see."""

    model = Assignment
    form = AssignmentForm
    formset = LabelledFormSet
    fields = ("policy", "role")
    extra = 0
    verbose_name = "role"
    verbose_name_plural = "roles: one in each policy"

    class Media:
        js = ("guardrails/assignments.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the assignments within the user's policies."""
        return within(super().get_queryset(request), request.user).select_related("policy", "role")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell each row which policies it may be about."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.policies = policies_for(request.user)
        return formset
