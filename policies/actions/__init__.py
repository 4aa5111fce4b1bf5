"""Writes of policies: one verb a module; only these open a transaction."""
