"""GET /api/v1/schema/policy.json: the JSON Schema of a policy document, for editors and other tools."""

from django.http import HttpResponse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from guardrails.api.endpoint import Endpoint, json_response
from policies.assurance.schema import document_schema


class PolicySchema(Endpoint):
    """Open to everybody: it says nothing of any policy."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    def get(self, request: Request) -> HttpResponse:
        """Read it; format policy/1."""
        return json_response(document_schema(), headers={"Cache-Control": "public, max-age=3600"})
