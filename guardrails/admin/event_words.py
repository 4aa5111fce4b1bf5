"""Event words: what the audit log calls an event, as people say it."""

from policies.engine.words import lower_first

EVENTS = {
    "exception.held": "Held for the customer",
    "exception.awaiting_approval": "Recorded; awaits approval",
    "exception.approved": "Approved",
    "exception.granted": "Granted",
    "exception.declined": "Declined",
    "exception.countered": "Answered with another proposal",
    "exception.timed_out": "Nobody answered in time",
    "exception.voided": "Voided; everything went back",
    "exception.expired": "Its time was over; everything went back",
    "exception.reversed": "Taken back, all of it or a part",
    "exception.amended": "Changed",
    "approval.voted": "Agreed to by one of several",
    "approval.claimed": "Taken up by an approver",
    "approval.unclaimed": "Put back by an approver",
    "approval.asked": "Asked about",
    "approval.answered": "Explained",
    "approval.question_over": "Not explained in time",
    "approval.reminded": "Approvers reminded",
    "approval.escalated": "Went to the next role",
    "settlement.sent": "Sent to the system that pays",
    "settlement.confirmed": "Arrived, says the system that pays",
    "settlement.failed": "Failed, says the system that pays",
    "settlement.bounced": "Came back after it had arrived, says the system that pays",
    "settlement.returned": "What was taken back has come back, says the system that pays",
    "settlement.taken_back": "Payment to be taken back",
    "settlement.refused": "The system that pays said what cannot be",
}


def event_words(kind: str) -> str:
    """Give what happened; a kind without words of its own says its name."""
    return EVENTS.get(kind) or lower_first(kind.replace(".", ": ").replace("_", " "))
