"""What the demo prints: where it is, who can log in, and one question to ask."""

import json
from collections.abc import Mapping

from guardrails.demo.clients import AI_ASSISTANT, AUDIT, HELP_DESK
from guardrails.demo.people import LOGINS

FIRST_QUESTION = {
    "policy": "shop_eu",
    "agent": "ana",
    "reason": "late_delivery",
    "channel": "chat",
    "customer": "C-20417",
    "case": "K-881",
    "facts": {"order_total": "82.50", "days_late": 3, "tier": "gold", "damaged": False},
}

_SEES = {
    "manager": "edits and publishes policies",
    "agent": "is Ana, who works in the help desk and sees only the manual here",
    "approver": "is Sofia, a supervisor, for whose yes two requests wait",
    "senior": "is Priya, a senior agent of the telephone company and the bank",
    "head": "is Clara, head of care of the shop, who is asked when Sofia does not answer",
    "auditor": "reads every exception and its trace",
}


def welcome(*, address: str, passwords: Mapping[str, str], tokens: Mapping[str, str]) -> str:
    """Give the whole text; `passwords` that are not known were changed or printed elsewhere."""
    lines = ["", f"Guardrails: {address}/    manual: {address}/docs/    admin: {address}/admin/", "", "Logins"]
    for username in LOGINS:
        password = passwords.get(username, "(set before; not known here)")
        lines.append(f"  {username:<9} {password:<29} {_SEES[username]}")
    lines += ["", "API tokens"]
    for name, what in _CLIENTS.items():
        lines.append(f"  {name:<13} {tokens[name]}  {what}")
    lines += ["", "What can I offer? Ask it from another terminal:", "", curl(address, tokens[HELP_DESK]), ""]
    return "\n".join(lines)


_CLIENTS = {
    HELP_DESK: "acts for the agents of both teams",
    AI_ASSISTANT: "is the agent robin",
    AUDIT: "reads every exception",
}


def curl(address: str, token: str) -> str:
    """Give the first question as a command for a shell."""
    body = json.dumps(FIRST_QUESTION, ensure_ascii=False)
    return (
        f"curl -s {address}/api/v1/offers/ \\\n"
        f"  -H 'Authorization: Token {token}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{body}'"
    )
