"""Writes of what is done: one verb a module; only these open a transaction."""
