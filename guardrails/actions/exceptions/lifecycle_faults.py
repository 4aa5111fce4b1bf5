"""What is refused to whoever may know of an exception, but may not do this with it."""

from guardrails.actions.faults import ActionError


class NotForRoleError(ActionError):
    """Who acts may see the exception, but their role, or an AI agent at all, may not do that."""

    code = "not_for_role"
    title = "Somebody else has to do that"
