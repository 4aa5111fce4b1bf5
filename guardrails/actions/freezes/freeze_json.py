"""A freeze as JSON: for the audit log, and for whoever is told of it."""

from typing import Any

from guardrails.models import Freeze


def freeze_json(freeze: Freeze) -> dict[str, Any]:
    """Give the freeze; its policy is loaded. Times are RFC 3339; `policy` is None where it is stopped everywhere."""
    return {
        "freeze": freeze.pk,
        "policy": freeze.policy.code if freeze.policy else None,
        "kind": freeze.kind,
        "target": freeze.target,
        "name": freeze.name,
        "reason": freeze.reason,
        "instead": freeze.instead,
        "promises": freeze.promises,
        "begins_at": freeze.begins_at.isoformat(),
        "ends_at": freeze.ends_at.isoformat() if freeze.ends_at else None,
        "lifted_at": freeze.lifted_at.isoformat() if freeze.lifted_at else None,
        "lifted_because": freeze.lifted_because,
    }
