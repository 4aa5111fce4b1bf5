"""The pages on which auditors read and managers edit people and tokens."""

from guardrails.admin import agent, team, token

__all__ = ["agent", "team", "token"]
