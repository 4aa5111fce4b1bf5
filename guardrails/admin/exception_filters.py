"""Filters of the exception history; their choices never tell of policies that the user may not see."""

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from guardrails.models import Settlement, State
from guardrails.queries.exception_amounts import amount_condition
from guardrails.queries.people import agents_seen_by, teams_seen_by
from policies.admin.base import DropdownFilter, RangeNumericListFilter, TextFilter
from policies.models import Reason, Remedy, Role
from policies.queries.scope import policies_for, within

Choices = list[tuple[str, str]]


class EqualFilter(DropdownFilter):
    """Keeps the rows in which a column has the chosen value."""

    column: ClassVar[str]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen; from django.contrib.admin.SimpleListFilter."""
        value = self.value()
        return queryset.filter(**{self.column: value}) if value else queryset

    def has_output(self) -> bool:
        """Show it even where there is nothing to choose, so that the place is always the same."""
        return True


class SeenPolicyFilter(EqualFilter):
    """By policy."""

    title = parameter_name = "policy"
    column = "policy__code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Give the policies that the user may see; from django.contrib.admin.SimpleListFilter."""
        return [(policy.code, str(policy)) for policy in policies_for(request.user)]


class AgentFilter(EqualFilter):
    """By agent."""

    title = parameter_name = "agent"
    column = "agent__code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Give the agents whom the user sees; from django.contrib.admin.SimpleListFilter."""
        return [(agent.code, agent.name) for agent in agents_seen_by(request.user).order_by("name")]


class TeamFilter(EqualFilter):
    """By the team that the agent was in then."""

    title = parameter_name = column = "team"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Give the teams that the user sees; from django.contrib.admin.SimpleListFilter."""
        return [(team.code, team.name) for team in teams_seen_by(request.user)]


class CodeFilter(EqualFilter):
    """By a code of the policies that the user may see, or of the one that is chosen."""

    model: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Give each code once, by name; from django.contrib.admin.SimpleListFilter."""
        rows = within(self.model.objects.order_by("code"), request.user)
        if policy := request.GET.get("policy"):
            rows = rows.filter(policy__code=policy)
        found = {row.code: str(row) for row in rows}
        return sorted(found.items(), key=lambda choice: choice[1])


class RoleFilter(CodeFilter):
    """By the role that the agent had then."""

    title = parameter_name = column = "role"
    model = Role


class RemedyFilter(CodeFilter):
    """By remedy."""

    title = parameter_name = column = "remedy"
    model = Remedy


class ReasonFilter(CodeFilter):
    """By reason."""

    title = parameter_name = column = "reason"
    model = Reason


class StateFilter(EqualFilter):
    """By state."""

    title = parameter_name = column = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Give the states; from django.contrib.admin.SimpleListFilter."""
        return [(str(state.value), str(state.label)) for state in State]


class SettlementFilter(EqualFilter):
    """By whether it has arrived."""

    title = parameter_name = column = "settlement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Give the states of settlement; from django.contrib.admin.SimpleListFilter."""
        return [(str(state.value), str(state.label)) for state in Settlement]


class CustomerFilter(TextFilter):
    """By the customer's reference, exactly."""

    title = parameter_name = "customer"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one customer's; from django.contrib.admin.SimpleListFilter."""
        value = (self.value() or "").strip()
        # The second condition is that of the index.
        return queryset.filter(~Q(customer=""), customer=value) if value else queryset


class AmountFilter(RangeNumericListFilter):
    """By amount, in major units: 15.00 is fifteen euros or fifteen pounds."""

    title = parameter_name = "amount"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the amounts in the range, both ends included; from django.contrib.admin.SimpleListFilter."""
        for name, compare in (("amount_from", "gte"), ("amount_to", "lte")):
            text = str(self.used_parameters.get(name) or "")
            if text:
                queryset = queryset.filter(amount_condition(compare, _amount(text)))
        return queryset


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise IncorrectLookupParameters from error
    if not amount.is_finite() or abs(amount) > 10**12:
        raise IncorrectLookupParameters
    return amount
