"""The append-only audit log: one record per event."""

from guardrails.audit.record import NOWHERE, Origin, Recorded, Subject, record

__all__ = ["NOWHERE", "Origin", "Recorded", "Subject", "record"]
