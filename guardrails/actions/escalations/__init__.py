"""Escalations: what is past its time goes up the ladder of roles, one role at a time."""
