"""Approvals: a yes is asked for, voted on, chased and bound to what it was given for."""
