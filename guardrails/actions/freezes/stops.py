"""Stops: what managers have frozen for whoever asks, as the engine reads it, and the refusal of it."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from guardrails.actions.freezes.freeze_faults import StoppedError
from guardrails.models import FreezeTarget, OpenPromises
from guardrails.queries.agent_context import Stop
from policies.engine.compile import Compiled
from policies.engine.question import Frozen
from policies.engine.sentences import frozen_text

_WHAT = {
    FreezeTarget.TEAM: "The team {}",
    FreezeTarget.ROLE: "The role {}",
    FreezeTarget.CLIENT: "The client {}",
}
"""How an answer names what is stopped; everything else goes by its own name."""
_WIDE = (FreezeTarget.POLICY, FreezeTarget.TEAM, FreezeTarget.ROLE)
"""What stops more than whoever asks: the next role up may be stopped as well."""


def frozen_by(stops: Iterable[Stop], zone: ZoneInfo) -> tuple[Frozen, ...]:
    """Give the stops as the engine reads them; when they end is told in the policy's time zone."""
    return tuple(
        Frozen(
            remedy=stop.target if stop.kind is FreezeTarget.REMEDY else "",
            what=_WHAT.get(stop.kind, "{}").format(stop.name),
            reason=stop.reason,
            instead=stop.instead,
            wide=stop.kind in _WIDE,
            until=stop.ends_at.astimezone(zone).isoformat(timespec="seconds") if stop.ends_at else "",
        )
        for stop in stops
    )


def require_not_stopped(
    stops: Iterable[Stop], *, remedy: str, rules: Compiled, alternatives: Sequence[dict[str, Any]] | None = None
) -> None:
    """Raise StoppedError where one of the stops concerns this remedy, or everything; in the words of an answer."""
    stopped = [each for each in frozen_by(stops, rules.zone) if each.remedy in ("", remedy)]
    if stopped:
        raise StoppedError(" ".join(frozen_text(rules, each) for each in stopped), alternatives=alternatives)


def stop_others(stops: Iterable[Stop]) -> bool:
    """Whether others than whoever asks are stopped as well, so that the next role up may be among them."""
    return any(stop.kind in _WIDE for stop in stops)


def of_people(stops: Iterable[Stop]) -> list[Stop]:
    """Keep the stops of whoever acts, and of their client; those of what they act upon are left out."""
    return [stop for stop in stops if stop.kind not in (FreezeTarget.REMEDY, FreezeTarget.POLICY)]


def breaking(stops: Iterable[Stop]) -> list[Stop]:
    """Keep the stops that break what was promised before; the others let a hold be granted."""
    return [stop for stop in stops if stop.promises is OpenPromises.VOID]
