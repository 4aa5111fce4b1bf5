"""Reason: why an exception is made."""

from policies.models.element import Element, element_constraints
from policies.models.tracking import tracked


class Reason(Element):
    """Late delivery, damaged goods, a billing error … A question names exactly one."""

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = element_constraints("reason")
