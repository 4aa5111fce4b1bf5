"""What actions refuse about linked cases."""

from collections.abc import Sequence

from guardrails.actions.faults import ActionError
from policies.engine.faults import Fault


class UnknownCaseError(ActionError):
    """No case of which this client may know; whether it exists, a stranger is not told."""

    code = "unknown_case"
    title = "Unknown case"

    def __init__(self, *cases: str, path: str = "/case") -> None:
        named = " or ".join(f'"{case}"' for case in cases)
        super().__init__(
            f"There is no case {named} that one of this client's agents was asked about.",
            errors=[Fault(path, "must be a case that one of this client's agents was asked about")],
        )


class InvalidLinkError(ActionError):
    """A case cannot be linked to itself."""

    code = "invalid_link"
    title = "These cases cannot be linked"

    def __init__(self) -> None:
        super().__init__("A case cannot be linked to itself.", errors=[Fault("/other", "must be another case")])


class ChainTooLongError(ActionError):
    """So many cases are no longer one story; more likely somebody links what does not belong together."""

    code = "chain_too_long"
    title = "Too many cases are linked"

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} cases can be linked with one another. Undo what was linked by mistake first.")


class NotLinkedError(ActionError):
    """Nothing that was said of these two cases stands; `linked` are those that the case is directly linked with."""

    code = "not_linked"
    title = "These cases are not linked"

    def __init__(self, case: str, other: str, *, linked: Sequence[str], together: bool, undone: bool) -> None:
        detail = f'No link stands between "{case}" and "{other}"{": it was undone before" if undone else ""}.'
        if together:
            detail += " They belong together by way of other cases; undo the link that is wrong."
        named = ", ".join(linked) or "there is none"
        valid = f'must be a case that "{case}" is directly linked with: {named}'
        super().__init__(detail, errors=[Fault("/other", valid)])
