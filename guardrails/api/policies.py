"""GET /api/v1/policies/{code}/: the policy in force, or one of its versions, as it was published."""

from typing import Any, ClassVar

import msgspec
from django.db.models import F
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from guardrails.actions.exceptions.exception_json import moment
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.openapi import operation, text_path
from guardrails.api.policies_answer import PolicyAnswer
from guardrails.api.visible import policies_for
from guardrails.models import Scope
from policies.models import PolicyVersion

CODE = text_path("code", "The policy's code.")


class PolicyInForce(Endpoint):
    """The version in force."""

    scopes: ClassVar = {"GET": (Scope.OFFERS, Scope.EXCEPTIONS, Scope.AUDIT)}

    @operation(
        "read_policy",
        tag="Policies",
        summary="The policy in force",
        parameters=[CODE],
        answers={200: ("The version in force.", PolicyAnswer)},
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """Give the version in force; a policy that was never published is not there yet. For tokens that act for an
        agent with a role in it, and, with the scope "audit", for auditors.
        """
        return self.answer(code, policy__current_version=F("pk"))

    def answer(self, code: str, **which: Any) -> HttpResponse:
        """Give one version, or nothing where the client may not know of the policy."""
        policies = policies_for(self.caller(), user_id=self.user_id()).filter(code=code)
        row = PolicyVersion.objects.filter(policy__in=policies, **which).select_related("policy").first()
        if row is None:
            raise Http404
        return json_response(_version_json(row))


class PolicyAsPublished(PolicyInForce):
    """One version."""

    @operation(
        "read_policy_version",
        tag="Policies",
        summary="One version of a policy",
        parameters=[CODE, OpenApiParameter("number", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)],
        answers={200: ("The version.", PolicyAnswer)},
    )
    def get(self, request: Request, code: str, number: int) -> HttpResponse:  # type: ignore[override]
        """Give a version as it was published; versions never change."""
        return self.answer(code, number=number)


def _version_json(row: PolicyVersion) -> dict[str, Any]:
    return {
        "code": row.policy.code,
        "name": row.policy.name,
        "version": row.number,
        "hash": row.hash,
        "in_force": row.policy.current_version_id == row.pk,
        "published_at": moment(row.published_at),
        "note": row.note,
        # The stored text itself: its SHA-256 is the hash.
        "document": msgspec.Raw(row.document.encode()),
    }
