"""OpenAPI: what drf-spectacular is told of the API, so that the document is true to what is sent.

Bodies and answers are msgspec structs; their schemas become the document's components.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from guardrails.api.approval_bodies import AmendBody, ApproveBody, ClaimBody, CounterBody, SayBody
from guardrails.api.approvals_answer import AmendedAnswer, ApprovalAnswer, VotedAnswer, WaitingPage
from guardrails.api.bodies import ExceptionBody, OffersBody
from guardrails.api.case_answer import FollowUpDetail, WorkItemDetail
from guardrails.api.case_links_answer import ChainAnswer, UndoneAnswer
from guardrails.api.case_links_bodies import CaseLinkBody, UndoLinkBody
from guardrails.api.exception_detail_answer import ExceptionDetail
from guardrails.api.exceptions_answer import ExceptionAnswer, ExceptionPage, GrantAnswer
from guardrails.api.follow_up_bodies import (
    FollowUpDoneBody,
    HandOnBody,
    HandOverBody,
    OutcomeBody,
    TakeUpBody,
    WorkItemDoneBody,
)
from guardrails.api.follow_ups_answer import FollowUpDone, FollowUpPage, OutcomeAnswer, WorkItemPage
from guardrails.api.idempotency_key import HEADER
from guardrails.api.lifecycle_answer import AskAnswer, GrantedAnswer, ReversedAnswer
from guardrails.api.lifecycle_bodies import AskBody, GrantHeldBody, HoldBody, ReverseBody, VoidBody
from guardrails.api.offers_answer import OffersAnswer
from guardrails.api.policies_answer import BudgetsAnswer, PolicyAnswer
from guardrails.api.problem_answer import ProblemAnswer
from guardrails.api.problems import PROBLEM_JSON
from guardrails.api.settlement_answer import SettlementAnswer
from guardrails.api.settlement_body import SettlementBody

Schema = dict[str, Any]
View = TypeVar("View", bound=Callable[..., Any])
Struct = type[msgspec.Struct]

STRUCTS: tuple[Struct, ...] = (
    OffersBody,
    ExceptionBody,
    OffersAnswer,
    GrantAnswer,
    ExceptionPage,
    ExceptionAnswer,
    ExceptionDetail,
    AskBody,
    HoldBody,
    GrantHeldBody,
    VoidBody,
    ReverseBody,
    AskAnswer,
    GrantedAnswer,
    ReversedAnswer,
    ApproveBody,
    SayBody,
    CounterBody,
    ClaimBody,
    AmendBody,
    WaitingPage,
    ApprovalAnswer,
    VotedAnswer,
    AmendedAnswer,
    SettlementBody,
    SettlementAnswer,
    CaseLinkBody,
    UndoLinkBody,
    ChainAnswer,
    UndoneAnswer,
    HandOnBody,
    FollowUpDoneBody,
    OutcomeBody,
    HandOverBody,
    TakeUpBody,
    WorkItemDoneBody,
    FollowUpPage,
    FollowUpDetail,
    FollowUpDone,
    OutcomeAnswer,
    WorkItemPage,
    WorkItemDetail,
    BudgetsAnswer,
    PolicyAnswer,
    ProblemAnswer,
)
_AT = "#/components/schemas/"
_REFUSED = {
    400: "The body is not JSON, or a header is missing.",
    401: "No token, or one that is unknown, expired or switched off.",
    403: "The token has not the scope, or may not act for this agent.",
    404: "There is no such thing that this token can see.",
    405: "This address does not take that method.",
    409: "Not possible as things are; alternatives says what can be offered.",
    413: "The body is larger than 256 KiB.",
    415: "The body is not JSON.",
    422: "Something in the request is not valid; errors names it, and what would be valid.",
    429: "Too many requests in this minute; Retry-After says when to come back.",
}
EVERY_READ = (401, 403, 404, 405, 422, 429)
EVERY_WRITE = (400, *EVERY_READ, 409, 413, 415)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a client says who it is."""

    target_class = "guardrails.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        """Give the scheme; from drf_spectacular.extensions.OpenApiAuthenticationExtension."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token`, a space and an API token.",
        }


def ref(struct: Struct) -> Schema:
    """Give the reference to a component."""
    return {"$ref": _AT + struct.__name__}


def operation(
    operation_id: str,
    *,
    tag: str,
    summary: str,
    answers: Mapping[int | tuple[int, str], tuple[str, Any]],
    body: Struct | None = None,
    parameters: Sequence[OpenApiParameter] = (),
    refusals: Sequence[int] = EVERY_READ,
    examples: Sequence[OpenApiExample] = (),
) -> Callable[[View], View]:
    """Describe an operation; the docstring of its method is the description.

    `answers` maps a status (and media type) to its description and schema: a struct, or a schema as it is.
    """
    given = {
        status: OpenApiResponse(schema if isinstance(schema, dict) else ref(schema), description)
        for status, (description, schema) in answers.items()
    }
    refused = {
        (status, PROBLEM_JSON): OpenApiResponse(ref(ProblemAnswer), _REFUSED[status]) for status in sorted(refusals)
    }
    described: Callable[[View], View] = extend_schema(
        operation_id=operation_id,
        tags=[tag],
        summary=summary,
        request={"application/json": ref(body)} if body else None,
        responses={**given, **refused},
        parameters=[*parameters],
        examples=[*examples],
    )
    return described


def query(struct: Struct) -> list[OpenApiParameter]:
    """Give the parameters behind the question mark, from the struct that reads them."""
    schema = msgspec.json.schema(struct)["$defs"][struct.__name__]
    required = schema.get("required", [])
    found = []
    for name, each in schema["properties"].items():
        described = {key: value for key, value in each.items() if key not in ("default", "description")}
        kinds = [kind for kind in described.pop("anyOf", []) if kind != {"type": "null"}]
        plain = described | (kinds[0] if kinds else {})
        found.append(OpenApiParameter(name, plain, required=name in required, description=each.get("description", "")))
    return found


_KEY = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"}
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    _KEY,
    OpenApiParameter.HEADER,
    required=True,
    description="A value of your own, such as a UUID. The same key and body give the first answer again.",
)
KEY_TO_HOLD = OpenApiParameter(
    HEADER,
    _KEY,
    OpenApiParameter.HEADER,
    description="Needed to hold an offer: the same key and body give the same decision and hold again.",
)


def text_path(name: str, description: str) -> OpenApiParameter:
    """Give a parameter of the address."""
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.PATH, description=description)


def add_components(result: Schema, **others: Any) -> Schema:
    """Add the structs' schemas to the document; a hook of drf-spectacular."""
    components = msgspec.json.schema_components(STRUCTS, ref_template=_AT + "{name}")[1]
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {name: _tidy(schema) for name, schema in sorted(components.items())}
    return result


def _tidy(schema: Any) -> Any:
    """Leave out what says nothing: titles that repeat the name, and null as a default."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _tidy(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
