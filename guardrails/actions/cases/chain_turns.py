"""Chain turns: whoever writes about a case of a chain waits for everybody who writes about another one of it."""

from collections.abc import Callable

from guardrails.actions.offers.inquiry import Inquiry
from guardrails.actions.turns import take_turns
from guardrails.queries.chains import chains_of


def in_turn_of_chain(read: Callable[[], Inquiry]) -> Inquiry:
    """Give what `read` finds, with the turn of its chain taken; call it under the turn of the case itself.

    Without a chain the case's own turn is enough: nobody can link the case without it. With one, somebody may have
    linked the chain to another before this turn was ours; so it is read again until it is the same.
    """
    inquiry = read()
    while inquiry.context.chain:
        take_turns(("chain", inquiry.context.chain))
        again = read()
        if again.context.chain == inquiry.context.chain:
            return again
        inquiry = again
    return inquiry


def in_turn_of_linked(*, policy_id: int, case: str) -> None:
    """Take the turn of the chain of a case, where it is linked; call it under the turn of the case itself."""
    chain = None
    while case and (found := chains_of(policy_id=policy_id, cases=[case]).get(case)) != chain:
        chain = found
        take_turns(("chain", chain))
