"""Standing: in whose name an exception that is there is decided again, and what is stopped for them now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from guardrails.models import AgentKind, ApiToken, CareException, Freeze, FreezeTarget, LedgerEntry, LinkedCase
from guardrails.queries.agent_context import AgentContext, Stop
from guardrails.queries.freezes import in_force, stop_of
from guardrails.queries.situation import AskedWindow
from policies.models import PolicyVersion


def standing_context(row: CareException, now: datetime) -> AgentContext:
    """Give the context of an exception as it was made: agent, team and role of then, under the version in force.

    Unlike queries.agent_context it asks nobody's leave: whoever acts on the exception has been let in before.
    """
    version = PolicyVersion.objects.filter(pk=row.policy.current_version_id or row.version_id).get()
    chain = LinkedCase.objects.filter(policy=row.policy_id, case=row.case).first() if row.case else None
    linked = LinkedCase.objects.filter(chain=chain.chain).values_list("case", flat=True) if chain else ()
    return AgentContext(
        agent_id=row.agent_id,
        agent=row.agent.code,
        is_ai=row.agent.kind == AgentKind.AI,
        team=row.team,
        role=row.role,
        policy_id=row.policy_id,
        policy=row.policy.code,
        version_id=version.pk,
        version_number=version.number,
        version_hash=version.hash,
        stops=_stops(row, now),
        chain=chain.chain if chain else "",
        linked=tuple(sorted(linked)),
    )


def _stops(row: CareException, now: datetime) -> tuple[Stop, ...]:
    own = ApiToken.objects.filter(agent=row.agent_id, agent__kind=AgentKind.AI).values("public_id")
    about = (
        Q(kind__in=(FreezeTarget.REMEDY, FreezeTarget.POLICY))
        | Q(kind=FreezeTarget.AGENT, target=row.agent.code)
        | Q(kind=FreezeTarget.TEAM, target=row.team)
        | Q(kind=FreezeTarget.ROLE, target=row.role)
        | Q(kind=FreezeTarget.CLIENT) & (Q(target=row.client) | Q(target__in=own))
    )
    found = in_force(Freeze.objects.filter(Q(policy__isnull=True) | Q(policy=row.policy_id)).filter(about), now)
    return tuple(stop_of(each) for each in found.order_by("pk"))


def held_by(row: CareException, windows: Iterable[AskedWindow]) -> Mapping[str, int]:
    """Give what this exception itself holds of these windows, by budget code, in minor units or counts."""
    first_days = {(each.budget, each.scope_key, each.starts_on): each.first_day for each in windows}
    columns = ("window__budget", "window__scope_key", "window__starts_on", "on_date", "held_delta")
    found: Counter[str] = Counter()
    for budget, scope_key, starts_on, on_date, held in LedgerEntry.objects.filter(exception=row.pk).values_list(
        *columns
    ):
        first_day = first_days.get((budget, scope_key, starts_on))
        if first_day is not None and on_date >= first_day:
            found[budget] += held
    return found
