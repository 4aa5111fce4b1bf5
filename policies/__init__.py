"""Policies: what may be offered, to whom, and up to how much."""
