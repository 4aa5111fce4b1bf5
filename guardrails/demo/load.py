"""Load the demo: policies, logins, agents, tokens and a past; whatever is there already is kept."""

from datetime import datetime

from guardrails.demo.clients import make_tokens
from guardrails.demo.keys import Keys, new_password
from guardrails.demo.past import tell_the_past
from guardrails.demo.people import LOGINS, make_agents, make_logins, make_watchers
from guardrails.demo.rulebooks import EVERY, load_policies


def load_demo(*, keys: Keys, now: datetime, codes: tuple[str, ...] = EVERY) -> Keys:
    """Load everything that is missing, and give the passwords and tokens with the new ones among them."""
    passwords = {username: keys["passwords"].get(username) or new_password() for username in LOGINS}
    manager = make_logins(passwords=passwords)
    load_policies(codes=codes, actor=manager, now=now)
    make_agents(actor=manager)
    make_watchers(actor=manager)
    tokens = make_tokens(known=keys["tokens"], actor=manager, now=now)
    tell_the_past(policies=codes, now=now)
    return {"passwords": passwords, "tokens": tokens}
