"""API token: how a system or an AI agent proves who it is; only its hash is stored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from knox.models import AbstractAuthToken
from knox.settings import CONSTANTS

from guardrails.models.agent import Agent
from guardrails.models.identifiers import ID_LENGTH, new_id
from guardrails.models.team import Team
from policies.models.tracking import tracked


class Scope(models.TextChoices):
    """What a token may do."""

    OFFERS = "offers", "Ask what can be offered"
    EXCEPTIONS = "exceptions", "Grant exceptions and read them"
    AUDIT = "audit", "Read every exception and its trace"
    FACTS = "facts", "Its facts count as verified"
    OUTCOMES = "outcomes", "Tell how things turned out"
    APPROVALS = "approvals", "Vote on what awaits approval"
    CASES = "cases", "Link cases"
    SETTLEMENTS = "settlements", "Say what was paid"


def new_token_id() -> str:
    """Give the id by which logs and records name a token without telling it."""
    return new_id("tok", timezone.now())


def validate_scopes(value: Any) -> None:
    """Refuse anything but a list of scopes, each at most once."""
    texts = set(map(str, value)) if isinstance(value, list) else {""}
    if texts - set(Scope.values) or len(texts) != len(value):
        raise ValidationError(f"Must be a list of some of: {', '.join(Scope.values)}.")


class ApiToken(AbstractAuthToken):
    """A client's token; it acts for its own `agent` alone (an AI agent), or for its `agents` and `teams`."""

    # The key is the public id, not knox's digest: addresses, lists and histories name tokens by their key.
    public_id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_token_id, editable=False)
    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, unique=True, editable=False)
    name = models.CharField(max_length=100, help_text="Which system or AI agent uses it, for example Help desk.")
    scopes = models.JSONField(default=list, validators=[validate_scopes])
    agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_tokens",
        help_text="The one agent whose own token this is; left empty for a system that acts for several.",
    )
    agents = models.ManyToManyField(
        Agent, blank=True, related_name="tokens", help_text="Agents that this client may act for."
    )
    teams = models.ManyToManyField(
        Team, blank=True, related_name="tokens", help_text="Teams whose agents this client may act for."
    )
    active = models.BooleanField(default=True)

    history = tracked(m2m_fields=[agents, teams], excluded_fields=["digest", "token_key"])

    class Meta:
        ordering = ["name"]
        verbose_name = "API token"
        verbose_name_plural = "API tokens"

    def __str__(self) -> str:
        """The client's name; never the token or its hash."""
        return self.name
