"""Every other address below /api/: a problem, not a page."""

from django.http import Http404, HttpResponse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from guardrails.api.endpoint import Endpoint


class NothingHere(Endpoint):
    """Open to everybody, because there is nothing to see."""

    permission_classes = [AllowAny]
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]
    schema = None

    def handle(self, request: Request, **_: str) -> HttpResponse:
        """Refuse."""
        raise Http404

    get = post = put = patch = delete = options = handle  # type: ignore[assignment]
