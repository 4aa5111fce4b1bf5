"""Housekeeping: what has to be done from time to time, and when it is due. Nothing depends on it to be correct."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.exceptions.expire_holds import expire_holds
from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.actions.freezes.void_stopped import void_stopped
from guardrails.actions.webhooks.deliver_messages import deliver_messages
from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.actions.webhooks.purge_delivered import purge_delivered
from guardrails.actions.work_items.escalate_work_items import escalate_work_items

Task = Callable[[datetime], int]
"""Does what is due at this moment, in transactions of its own, and gives how much that was."""

TASKS: tuple[tuple[str, Task], ...] = (
    ("expire_holds", expire_holds),
    ("void_stopped", void_stopped),
    ("chase_approvals", chase_approvals),
    ("escalate_follow_ups", escalate_follow_ups),
    ("escalate_work_items", escalate_work_items),
    ("purge_delivered", purge_delivered),
    # Last: what the others did is told at once.
    ("fan_out_messages", fan_out_messages),
    ("deliver_messages", deliver_messages),
)
"""What `manage.py tend` does, in this order, by the name under which it is logged.

A task does a bounded part of what is due, so that one that has much to do does not keep the others waiting; as long
as one of them did something, all are asked again at once. Several processes may run them at the same time.
"""

RESTS: Mapping[str, timedelta] = {"purge_delivered": timedelta(hours=1)}
"""How long a process leaves a task alone that found nothing to do, where nobody waits for it and looking is not free.

What was kept for months is looked at again each time: old messages that nobody has received stay.
"""
