"""Settlements: what the system that pays says of what was granted."""
