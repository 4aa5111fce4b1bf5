"""What the conventional view is asked: twenty fields, as many as a question with its facts has."""

from typing import Any

BODY: dict[str, Any] = {
    "policy": "shop_eu",
    "agent": "ana",
    "reason": "late_delivery",
    "channel": "chat",
    "customer": "C-20417",
    "case": "K-881",
    "order_total": "82.50",
    "item_price": "19.90",
    "refunded": "0.00",
    "days_late": 3,
    "contacts": 1,
    "orders": 12,
    "damaged": False,
    "in_stock": True,
    "gift": False,
    "tier": "gold",
    "country": "de",
    "ordered_on": "2026-11-10",
    "promised_on": "2026-11-18",
    "called_at": "2026-11-21T12:00:00Z",
}
