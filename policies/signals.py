"""Signals of the policies app: what others may add to its transactions."""

from django.dispatch import Signal

policy_published = Signal()
"""Sent by `publish_policy` inside its transaction, after the version row is written.

Arguments: `version` (PolicyVersion), `actor` (user or None), `now` (aware datetime). A receiver that raises
undoes the whole publication. The audit log, which this app does not know, records it here.
"""
