"""What a payer is answered, as a msgspec struct; the OpenAPI document is made of it."""

from typing import Annotated

from msgspec import Meta

from guardrails.api.exception_detail_answer import Mismatch
from guardrails.api.exceptions_answer import ExceptionAnswer


class SettlementAnswer(ExceptionAnswer, kw_only=True):
    """The exception as it then stands."""

    mismatch: Annotated[Mismatch | None, Meta(description="Where another amount was paid than was due.")]
    because: Annotated[str | None, Meta(description="What you said of it.")]
