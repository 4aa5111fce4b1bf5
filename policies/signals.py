"""Signals of the policies app: what others may add to its transactions."""

from django.dispatch import Signal

policy_published = Signal()
"""Sent by `publish_policy` inside its transaction, after the version row is written.

Arguments: `version` (PolicyVersion), `actor` (user or None), `now` (aware datetime). A receiver that raises undoes
the whole publication; guardrails records it in the audit log here, for policies never import guardrails.
"""
