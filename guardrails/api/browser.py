"""/api/schema/ and /api/docs/: the OpenAPI document, and a page to try it out that needs nothing from elsewhere."""

from functools import cache
from typing import Any

import msgspec
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from guardrails.api.endpoint import Endpoint

YAML = "application/vnd.oai.openapi"
JSON = "application/vnd.oai.openapi+json"


@cache
def document() -> dict[str, Any]:
    """Give the OpenAPI document; it is made once for each process."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return made


@cache
def document_yaml() -> bytes:
    """Give the document as YAML, the bytes of templates/docs/reference/openapi.yaml."""
    renderer: Any = OpenApiYamlRenderer()
    return bytes(renderer.render(document(), renderer_context={}))


class OpenApi(Endpoint):
    """Open to everybody, as the manual is."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def get(self, request: Request) -> HttpResponse:
        """Read the document, as YAML, or as JSON where that is what the client accepts."""
        if "json" in request.headers.get("Accept", "") or self.http.GET.get("format") == "json":
            return HttpResponse(msgspec.json.encode(document()), content_type=JSON)
        return HttpResponse(document_yaml(), content_type=YAML)


class TryItOut(SpectacularSwaggerView):
    """Swagger UI from our own static files."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    url_name = "api:schema"
