"""Endpoint: what every view of the API shares: who may come in, how it answers, and how it refuses."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from guardrails.actions.caller import Caller
from guardrails.api.authentication import TokenAuthentication
from guardrails.api.permissions import HasScope
from guardrails.api.problem_handler import problem_of
from guardrails.api.problems import problem_response
from guardrails.api.request_id import request_id
from guardrails.api.throttle import TokenThrottle
from guardrails.models import Scope


class Json(BaseRenderer):
    """Names the media type for the schema; endpoints encode their answers themselves."""

    media_type = "application/json"
    format = "json"

    def render(self, data: Any, *_: Any) -> bytes:
        """Encode an answer; from rest_framework.renderers.BaseRenderer."""
        return msgspec.json.encode(data)


class Endpoint(APIView):
    """One address. Closed: only tokens with one of `scopes[method]` come in; every refusal is a problem."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [TokenThrottle]
    renderer_classes = [Json]
    parser_classes = ()  # bodies are read by body_reader
    scopes: ClassVar[Mapping[str, tuple[Scope, ...]]] = {}
    http_method_names = ["get", "post", "head"]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """Answer in JSON whatever is accepted; from rest_framework.views.APIView."""
        return Json(), Json.media_type

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the client in, or not; from rest_framework.views.APIView."""
        super().initial(request, *args, **kwargs)
        # PostgreSQL takes no such text, so nothing can have that name.
        if any("\0" in str(part) for part in kwargs.values()):
            raise Http404

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Answer with a problem; from rest_framework.views.APIView."""
        return problem_response(problem_of(exc, self.http), request_id=request_id(self.http))

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """Add what every response carries; from rest_framework.views.APIView."""
        finished = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        finished.headers["X-Request-Id"] = request_id(self.http)
        finished.headers.setdefault("Cache-Control", "no-store")
        return finished

    @property
    def http(self) -> HttpRequest:
        """Give Django's own request."""
        return self.request._request  # noqa: SLF001

    def user_id(self) -> int:
        """Give the user of the client's token, who may be limited to some policies."""
        return int(self.request.user.pk or 0)

    def caller(self) -> Caller:
        """Give who asks; the permission has seen to it that there is one."""
        return cast("Caller", self.request.auth)


def json_response(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Give an answer as JSON."""
    return HttpResponse(
        msgspec.json.encode(body), status=status, content_type=Json.media_type, headers=dict(headers or {})
    )
