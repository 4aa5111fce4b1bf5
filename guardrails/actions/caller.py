"""Caller: which client asks. It comes from a credential, never from what the client says."""

from dataclasses import dataclass

from guardrails.actions.faults import MissingScopeError
from guardrails.models import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A client: `client` is its token's public id, `scopes` what the token may do."""

    client: str
    name: str = ""
    scopes: frozenset[str] = frozenset()
    request_id: str = ""

    def require(self, scope: Scope) -> None:
        """Raise MissingScopeError unless the token has this scope."""
        if scope not in self.scopes:
            raise MissingScopeError(scope=scope)

    @property
    def facts_count_as_verified(self) -> bool:
        """Whether what it says of verified facts is believed."""
        return Scope.FACTS in self.scopes
