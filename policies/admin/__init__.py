"""The pages on which managers edit policies."""

from policies.admin import budget, fact, nouns, policy, rule, scope, version, worked_out

__all__ = ["budget", "fact", "nouns", "policy", "rule", "scope", "version", "worked_out"]
