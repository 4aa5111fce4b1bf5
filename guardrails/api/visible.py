"""Visible: which agents, exceptions and policies a client may read. What it may not read does not exist for it."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from guardrails.actions.caller import Caller
from guardrails.models import Agent, CareException, FollowUp, Scope, WorkItem
from guardrails.queries.client_agents import agents_of_client
from guardrails.queries.follow_ups import follow_ups_of
from guardrails.queries.known_exceptions import exceptions_of
from guardrails.queries.work_items import work_items_of
from policies.models import Policy
from policies.queries import scope

_NAMED = ("policy", "version", "agent")
"""What an exception's answer names besides its own columns."""


def agents_of(caller: Caller) -> QuerySet[Agent]:
    """Give the active agents for whom the client may act: its own alone, or those that it was given."""
    return agents_of_client(caller.client)


def exceptions_for(caller: Caller, *, user_id: int) -> QuerySet[CareException]:
    """Give the exceptions of the client's agents and of the cases that they were asked about.

    An auditor's client sees those of every policy that its user is not kept from.
    """
    if Scope.AUDIT in caller.scopes:
        return scope.within(CareException.objects.select_related(*_NAMED), User(pk=user_id))
    return exceptions_of(agents_of(caller)).select_related(*_NAMED)


def follow_ups_for(caller: Caller, *, user_id: int) -> QuerySet[FollowUp]:
    """Give the follow-ups that the client's agents own or may take over; an auditor's client sees more."""
    if Scope.AUDIT in caller.scopes:
        return scope.within(FollowUp.objects.select_related("policy", "owner", "exception"), User(pk=user_id))
    return follow_ups_of(agents_of(caller))


def work_items_seen_by(caller: Caller, *, user_id: int) -> QuerySet[WorkItem]:
    """Give the work items that are for the client's agents or came from them; an auditor's client sees more."""
    if Scope.AUDIT in caller.scopes:
        rows = WorkItem.objects.select_related("policy", "from_agent", "claimed_by", "decision__version")
        return scope.within(rows, User(pk=user_id))
    return work_items_of(agents_of(caller))


def policies_for(caller: Caller, *, user_id: int) -> QuerySet[Policy]:
    """Give the policies in which one of the client's agents has a role; an auditor's client sees more."""
    if Scope.AUDIT in caller.scopes:
        return scope.policies_for(User(pk=user_id))
    return Policy.objects.filter(assignments__agent__in=agents_of(caller)).distinct()
