"""Problems: every refusal of the API, as RFC 9457 `application/problem+json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpResponse

PROBLEM_JSON = "application/problem+json"
EXPLAINED_AT = "/docs/reference/problems/#"
"""Where the manual explains each code: a problem's `type` is this and its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """One faulty input: where (a JSON pointer into the body, a parameter or a header), and what is valid."""

    pointer: str = ""
    parameter: str = ""
    header: str = ""
    code: str
    detail: str

    def json(self) -> dict[str, str]:
        """Give it as JSON; one of pointer, parameter and header."""
        place = {"parameter": self.parameter} if self.parameter else {"header": self.header} if self.header else {}
        return {**(place or {"pointer": self.pointer}), "code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong: `code` names the kind, `alternatives` are offers in the shape of an answer's."""

    status: int
    code: str
    title: str
    detail: str
    errors: Sequence[FieldFault] = ()
    alternatives: Sequence[Mapping[str, Any]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self, *, request_id: str) -> dict[str, Any]:
        """Give the body; it names the request, so that whoever asks for help can be helped."""
        body: dict[str, Any] = {
            "type": EXPLAINED_AT + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [error.json() for error in self.errors],
        }
        if self.alternatives is not None:
            body["alternatives"] = list(self.alternatives)
        return body | {"request_id": request_id}


def problem_response(problem: Problem, *, request_id: str) -> HttpResponse:
    """Give the HTTP response of a problem."""
    body = msgspec.json.encode(problem.json(request_id=request_id))
    return HttpResponse(body, status=problem.status, content_type=PROBLEM_JSON, headers=dict(problem.headers))


class ProblemError(Exception):
    """Raised by the API itself where a request cannot be read; the handler answers with its problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)


def unreadable(code: str, title: str, detail: str, *, status: int = 400) -> ProblemError:
    """Give the error of a request that cannot be read at all."""
    return ProblemError(Problem(status=status, code=code, title=title, detail=detail))


def invalid(errors: Sequence[FieldFault]) -> ProblemError:
    """Give the error of a request of which some fields are wrong."""
    first = errors[0]
    place = first.pointer or first.parameter or first.header
    detail = f"{place} {first.detail}." if len(errors) == 1 and place else "See errors for what would be valid."
    return ProblemError(
        Problem(status=422, code="invalid_request", title="The request is not valid", detail=detail, errors=errors)
    )
