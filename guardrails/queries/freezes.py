"""Freezes: what a user may stop, which stops they see, and what a stop touches that was promised before."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from guardrails.models import Agent, AgentKind, ApiToken, CareException, Freeze, FreezeTarget, OpenPromises, State
from guardrails.models.freeze import IN_A_POLICY
from guardrails.queries.agent_context import Stop
from guardrails.queries.people import agents_seen_by, agents_wholly_of, teams_seen_by, teams_wholly_of, tokens_of
from policies.models import Policy, Remedy, Role
from policies.queries.rulebooks import compiled
from policies.queries.scope import limited_to, policies_for

OPEN = (State.HELD, State.AWAITING_APPROVAL, State.APPROVED)
"""What nobody has taken yet."""


def name_of_stoppable(
    *, user: User | AnonymousUser, kind: FreezeTarget, target: str, policy: Policy | None
) -> str | None:
    """Give what people call it, None where it is not there or reaches beyond the user's policies.

    Everywhere (`policy` is None) they may stop agents and teams that are in no policy but theirs, and clients that
    act for nobody else. What looks like nothing may be somebody else's: a stranger learns nothing.
    """
    if policy is None:
        return None if kind in IN_A_POLICY else _name(user, kind, target, everywhere=True)
    if not policies_for(user).filter(pk=policy.pk).exists():
        return None
    if kind in IN_A_POLICY:
        return _named_in(policy, kind).get(target)
    return _name(user, kind, target, everywhere=False)


def _name(user: User | AnonymousUser, kind: FreezeTarget, target: str, *, everywhere: bool) -> str | None:
    if kind is FreezeTarget.CLIENT:
        token = tokens_of(user).filter(public_id=target).first()
        return token.name if token else None
    agents = agents_wholly_of(user) if everywhere else agents_seen_by(user)
    teams = teams_wholly_of(user) if everywhere else teams_seen_by(user)
    row = (agents if kind is FreezeTarget.AGENT else teams).filter(code=target).first()
    return row.name if row else None


def _named_in(policy: Policy, kind: FreezeTarget) -> dict[str, str]:
    if kind is FreezeTarget.POLICY:
        return {policy.code: str(policy)}
    return roles_of(policy) if kind is FreezeTarget.ROLE else remedies_of(policy)


def roles_of(policy: Policy) -> dict[str, str]:
    """Give the names of a policy's roles by their codes: those of the draft, and those in force."""
    live = compiled(policy.current_version_id).roles if policy.current_version_id else {}
    draft = Role.objects.filter(policy=policy)
    return {each.code: str(each) for each in draft} | {code: each.name for code, each in live.items()}


def remedies_of(policy: Policy) -> dict[str, str]:
    """Give the names of a policy's remedies by their codes: those of the draft, and those in force."""
    live = compiled(policy.current_version_id).remedies if policy.current_version_id else {}
    draft = Remedy.objects.filter(policy=policy)
    return {each.code: str(each) for each in draft} | {code: each.name for code, each in live.items()}


def freezes_seen_by(user: User | AnonymousUser) -> QuerySet[Freeze]:
    """Give the freezes in the user's policies, and those everywhere of agents, teams and clients that they see."""
    ids = limited_to(user)
    if ids is None:
        return Freeze.objects.all()
    seen = (
        Q(kind=FreezeTarget.AGENT, target__in=agents_seen_by(user).values("code"))
        | Q(kind=FreezeTarget.TEAM, target__in=teams_seen_by(user).values("code"))
        | Q(kind=FreezeTarget.CLIENT, target__in=tokens_of(user).values("public_id"))
    )
    return Freeze.objects.filter(Q(policy__in=ids) | Q(policy__isnull=True) & seen)


def in_force(rows: QuerySet[Freeze], now: datetime) -> QuerySet[Freeze]:
    """Keep the freezes that stop something at this moment."""
    return rows.filter(lifted_at__isnull=True, begins_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def stop_of(freeze: Freeze) -> Stop:
    """Give a freeze as queries.agent_context gives those that concern whoever asks."""
    return Stop(
        id=freeze.pk,
        kind=FreezeTarget(freeze.kind),
        target=freeze.target,
        name=freeze.name,
        reason=freeze.reason,
        instead=freeze.instead,
        ends_at=freeze.ends_at,
        promises=OpenPromises(freeze.promises),
    )


def freeze_of_person(agent: Agent, *, role: str, policy_id: int, now: datetime) -> Freeze | None:
    """Give a freeze in force of the agent, their team, or a role in which they want to speak; None without any."""
    rows = Freeze.objects.filter(Q(policy__isnull=True) | Q(policy=policy_id)).filter(
        Q(kind=FreezeTarget.AGENT, target=agent.code)
        | Q(kind=FreezeTarget.TEAM, target=agent.team.code)
        | Q(kind=FreezeTarget.ROLE, target=role)
    )
    return in_force(rows, now).order_by("begins_at", "pk").first()


def breaking_promises(now: datetime) -> QuerySet[Freeze]:
    """Give the freezes in force whose open promises are to be voided."""
    return in_force(Freeze.objects.filter(promises=OpenPromises.VOID), now)


def open_promises_of(freeze: Freeze, now: datetime) -> QuerySet[CareException]:
    """Give what the freeze touches of what was held, requested or approved, and is not past its time."""
    rows = CareException.objects.filter(state__in=OPEN).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    if freeze.policy_id is not None:
        rows = rows.filter(policy=freeze.policy_id)
    return rows.filter(_touched(freeze))


def _touched(freeze: Freeze) -> Q:
    """The same as the condition of queries.agent_context, for what an exception remembers of whoever asked."""
    match freeze.kind:
        case FreezeTarget.AGENT:
            return Q(agent__code=freeze.target)
        case FreezeTarget.TEAM:
            return Q(team=freeze.target)
        case FreezeTarget.ROLE:
            return Q(role=freeze.target)
        case FreezeTarget.REMEDY:
            return Q(remedy=freeze.target)
        case FreezeTarget.CLIENT:
            own = ApiToken.objects.filter(public_id=freeze.target, agent__kind=AgentKind.AI)
            return Q(client=freeze.target) | Q(agent__in=own.values("agent"))
        case _:
            return Q()
