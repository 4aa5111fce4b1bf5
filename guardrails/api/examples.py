"""Examples of the OpenAPI document: the shop of the manual."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

LATE_PARCEL: dict[str, Any] = {
    "policy": "shop_eu",
    "agent": "ana",
    "reason": "late_delivery",
    "channel": "chat",
    "customer": "C-20417",
    "case": "K-881",
    "facts": {"order_total": "82.50", "days_late": 3, "tier": "gold", "damaged": False},
}
_DECISION = "dec_01KAKZ3V8GQ4W2N6T7R5M9XCDE"
_POLICY = {
    "code": "shop_eu",
    "version": 14,
    "hash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_SAY = "I'm sorry your parcel is three days late. I can add €12.50 to your account right now."
_WEEK = {
    "code": "agent_week",
    "name": "Agent week",
    "scope": "agent",
    "measure": "money",
    "remaining": "180.00",
    "resets_at": "2026-11-23T00:00:00+01:00",
}
_SENTENCE = (
    "A frontline agent may give up to €25.00 store credit for late delivery if days late is at least 2;"
    " up to €60.00 with the approval of a supervisor."
)
_CREDIT: dict[str, Any] = {
    "remedy": "store_credit",
    "name": "Store credit",
    "kind": "store_credit",
    "amount": {"min": "1.00", "suggested": "12.50", "max": "25.00", "step": "0.50", "currency": "EUR"},
    "alone": True,
    "exact": False,
    "with_approval": {
        "min": "1.00",
        "max": "60.00",
        "currency": "EUR",
        "by": {"any_of": ["supervisor"]},
        "answer_within": "PT2H",
    },
    "limited_by": {"kind": "rule_limit", "code": "late_credit", "text": _SENTENCE},
    "budgets": [_WEEK],
    "say": _SAY,
    "guidance": "Acknowledge the wait first; offer the credit before they ask.",
    "follow_up": {"after": "P2D", "what": "Check that the parcel arrived"},
    "group": None,
    "rule": {"code": "late_credit", "sentence": _SENTENCE},
}
ANSWER: dict[str, Any] = {
    "decision": _DECISION,
    "policy": _POLICY,
    "agent": {"id": "ana", "role": "frontline"},
    "offers": [_CREDIT],
    "not_offered": [
        {
            "remedy": "replacement",
            "name": "Replacement",
            "text": "Would be offered if damaged is yes (is no).",
            "because": [
                {
                    "code": "condition_not_met",
                    "rule": "damaged_goods",
                    "fact": "damaged",
                    "needs": "is yes",
                    "is": "no",
                    "text": "Would be offered if damaged is yes (is no).",
                }
            ],
        }
    ],
    "questions": [
        {
            "fact": "needed_by",
            "ask": "Is there a day by which you need it?",
            "type": "date",
            "unlocks": ["expedited_shipping"],
            "changes": [],
        }
    ],
    "escalation": {
        "to": "supervisor",
        "name": "Supervisor",
        "text": "Hand over to Supervisor with this decision; nothing has to be said twice.",
    },
    "assumed": [],
    "context": {
        "customer": {
            "exceptions_12_months": 1,
            "given_12_months": {"amount": "10.00", "currency": "EUR"},
            "open_follow_ups": 0,
        },
        "case": {"contacts": 1, "tried": [], "earlier": []},
    },
}
TAKE_CREDIT: dict[str, Any] = {
    "decision": _DECISION,
    "remedy": "store_credit",
    "amount": "12.50",
    "note": "Third delay this month.",
}
GRANTED: dict[str, Any] = {
    "exception": "exc_01KAKZ4C0M3B8J5Y2E7S9TVAWF",
    "state": "granted",
    "decision": _DECISION,
    "policy": _POLICY,
    "agent": {"id": "ana", "role": "frontline"},
    "customer": "C-20417",
    "case": "K-881",
    "reason": "late_delivery",
    "remedy": "store_credit",
    "name": "Store credit",
    "kind": "store_credit",
    "amount": {"amount": "12.50", "currency": "EUR"},
    "approval": None,
    "budgets": [_WEEK | {"remaining": "167.50"}],
    "say": _SAY,
    "guidance": _CREDIT["guidance"],
    "follow_up": _CREDIT["follow_up"],
    "rule": _CREDIT["rule"],
    "note": TAKE_CREDIT["note"],
    "created_at": "2026-11-18T10:24:31.512000+00:00",
    "granted_at": "2026-11-18T10:24:31.512000+00:00",
    "expires_at": None,
}
REFUSED: dict[str, Any] = {
    "type": "/docs/reference/problems/#out_of_range",
    "title": "Amount or quantity is not what is offered",
    "status": 422,
    "detail": "Store credit: amount must be from 1.00 to 25.00, or to 60.00 with approval, in steps of 0.50.",
    "code": "out_of_range",
    "errors": [
        {
            "pointer": "/amount",
            "code": "out_of_range",
            "detail": "must be from 1.00 to 25.00, or to 60.00 with approval, in steps of 0.50",
        }
    ],
    "alternatives": [_CREDIT],
    "request_id": "0b7c0c4e-58d5-4f0c-8f0e-3f0d6a1f6a55",
}

OFFERS = [
    OpenApiExample("A late parcel", value=LATE_PARCEL, request_only=True),
    OpenApiExample("A late parcel", value=ANSWER, response_only=True, status_codes=["200"]),
]
GRANTS = [
    OpenApiExample("Take the offer", value=TAKE_CREDIT, request_only=True),
    OpenApiExample("Granted", value=GRANTED, response_only=True, status_codes=["201"]),
    OpenApiExample(
        "Too much", value=REFUSED, response_only=True, status_codes=["422"], media_type="application/problem+json"
    ),
]
