"""The addresses of the API, version 1."""

from django.urls import path, re_path

from guardrails.api import approval_votes
from guardrails.api.approvals import Approvals, OneApproval
from guardrails.api.browser import OpenApi, TryItOut
from guardrails.api.budgets import Budgets
from guardrails.api.care_exceptions import CareExceptions, ExceptionsFile, OneException
from guardrails.api.case_links import CaseLinks
from guardrails.api.case_links import CaseLinks
from guardrails.api.format_schema import PolicySchema
from guardrails.api.lifecycle import GrantHeld, Holds, ReverseException, VoidException
from guardrails.api.nothing_here import NothingHere
from guardrails.api.offers import Offers
from guardrails.api.policies import PolicyAsPublished, PolicyInForce
from guardrails.api.settlements import Settlements

app_name = "api"
urlpatterns = [
    path("schema/", OpenApi.as_view(), name="schema"),
    path("docs/", TryItOut.as_view(), name="docs"),
    path("v1/offers/", Offers.as_view(), name="offers"),
    path("v1/exceptions/", CareExceptions.as_view(), name="exceptions"),
    path("v1/exceptions.csv", ExceptionsFile.as_view(), name="exceptions-csv"),
    path("v1/exceptions/<str:exception>/", OneException.as_view(), name="exception"),
    path("v1/exceptions/<str:exception>/grant/", GrantHeld.as_view(), name="exception-grant"),
    path("v1/exceptions/<str:exception>/void/", VoidException.as_view(), name="exception-void"),
    path("v1/exceptions/<str:exception>/reverse/", ReverseException.as_view(), name="exception-reverse"),
    path("v1/holds/", Holds.as_view(), name="holds"),
    path("v1/approvals/", Approvals.as_view(), name="approvals"),
    path("v1/approvals/<str:approval>/", OneApproval.as_view(), name="approval"),
    path("v1/approvals/<str:approval>/approve/", approval_votes.Approve.as_view(), name="approval-approve"),
    path("v1/approvals/<str:approval>/decline/", approval_votes.Decline.as_view(), name="approval-decline"),
    path("v1/approvals/<str:approval>/counter/", approval_votes.Counter.as_view(), name="approval-counter"),
    path("v1/approvals/<str:approval>/ask/", approval_votes.Ask.as_view(), name="approval-ask"),
    path("v1/approvals/<str:approval>/answer/", approval_votes.Answer.as_view(), name="approval-answer"),
    path("v1/approvals/<str:approval>/claim/", approval_votes.Claim.as_view(), name="approval-claim"),
    path("v1/approvals/<str:approval>/release/", approval_votes.Release.as_view(), name="approval-release"),
    path("v1/settlements/", Settlements.as_view(), name="settlements"),
    path("v1/cases/links/", CaseLinks.as_view(), name="case-links"),
    path("v1/cases/links/", CaseLinks.as_view(), name="case-links"),
    path("v1/budgets/", Budgets.as_view(), name="budgets"),
    path("v1/policies/<str:code>/", PolicyInForce.as_view(), name="policy"),
    path("v1/policies/<str:code>/versions/<int:number>/", PolicyAsPublished.as_view(), name="policy-version"),
    path("v1/schema/policy.json", PolicySchema.as_view(), name="policy-schema"),
    re_path(r"", NothingHere.as_view()),
]
