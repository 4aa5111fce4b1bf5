"""Visible: which agents, exceptions and policies a client may read. What it may not read does not exist for it."""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from guardrails.actions.caller import Caller
from guardrails.models import Agent, CareException, Decision, Scope
from guardrails.queries.client_agents import agents_of_client
from policies.models import Policy
from policies.queries import scope


def agents_of(caller: Caller) -> QuerySet[Agent]:
    """Give the active agents for whom the client may act: its own alone, or those that it was given."""
    return agents_of_client(caller.client)


def exceptions_for(caller: Caller, *, user_id: int) -> QuerySet[CareException]:
    """Give the exceptions of the client's agents and of the cases that they were asked about.

    An auditor's client sees those of every policy that its user is not kept from.
    """
    rows = CareException.objects.select_related("policy", "version", "agent")
    if Scope.AUDIT in caller.scopes:
        return scope.within(rows, User(pk=user_id))
    agents = agents_of(caller)
    asked_about = Decision.objects.filter(case=OuterRef("case"), policy=OuterRef("policy"), agent__in=agents)
    return rows.filter(Q(agent__in=agents) | ~Q(case="") & Exists(asked_about.exclude(case="")))


def policies_for(caller: Caller, *, user_id: int) -> QuerySet[Policy]:
    """Give the policies in which one of the client's agents has a role; an auditor's client sees more."""
    if Scope.AUDIT in caller.scopes:
        return scope.policies_for(User(pk=user_id))
    return Policy.objects.filter(assignments__agent__in=agents_of(caller)).distinct()
