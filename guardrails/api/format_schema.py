"""GET /api/v1/schema/policy.json: the JSON Schema of a policy document, for editors and other tools."""

from django.http import HttpResponse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.openapi import operation
from policies.assurance.schema import document_schema


class PolicySchema(Endpoint):
    """Open to everybody: it says nothing of any policy."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @operation(
        "read_policy_schema",
        tag="Policies",
        summary="The JSON Schema of a policy document",
        answers={200: ("JSON Schema 2020-12.", {"type": "object"})},
        refusals=(405,),
    )
    def get(self, request: Request) -> HttpResponse:
        """Give the schema of the format policy/1; open to everybody."""
        return json_response(document_schema(), headers={"Cache-Control": "public, max-age=3600"})
