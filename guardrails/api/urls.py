"""The addresses of the API, version 1."""

from django.urls import path, re_path

from guardrails.api import approval_votes, work_items
from guardrails.api.amend import Amend
from guardrails.api.approvals import Approvals, OneApproval
from guardrails.api.browser import OpenApi, TryItOut
from guardrails.api.budgets import Budgets
from guardrails.api.care_exceptions import CareExceptions, ExceptionsFile, OneException
from guardrails.api.case_links import CaseLinks, UndoLink
from guardrails.api.follow_ups import FinishFollowUp, FollowUps, HandOn, OneFollowUp
from guardrails.api.format_schema import PolicySchema
from guardrails.api.lifecycle import GrantHeld, Holds, ReverseException, VoidException
from guardrails.api.nothing_here import NothingHere
from guardrails.api.offers import Offers
from guardrails.api.outcomes import Outcomes
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
    path("v1/exceptions/<str:exception>/amend/", Amend.as_view(), name="exception-amend"),
    path("v1/approvals/", Approvals.as_view(), name="approvals"),
    path("v1/approvals/<str:approval>/", OneApproval.as_view(), name="approval"),
    path("v1/approvals/<str:approval>/approve/", approval_votes.Approve.as_view(), name="approval-approve"),
    path("v1/approvals/<str:approval>/decline/", approval_votes.Decline.as_view(), name="approval-decline"),
    path("v1/approvals/<str:approval>/counter/", approval_votes.Counter.as_view(), name="approval-counter"),
    path("v1/approvals/<str:approval>/ask/", approval_votes.Ask.as_view(), name="approval-ask"),
    path("v1/approvals/<str:approval>/answer/", approval_votes.Answer.as_view(), name="approval-answer"),
    path("v1/approvals/<str:approval>/claim/", approval_votes.Claim.as_view(), name="approval-claim"),
    path("v1/approvals/<str:approval>/release/", approval_votes.Release.as_view(), name="approval-release"),
    path("v1/follow-ups/", FollowUps.as_view(), name="follow-ups"),
    path("v1/follow-ups/<str:follow_up>/", OneFollowUp.as_view(), name="follow-up"),
    path("v1/follow-ups/<str:follow_up>/hand-on/", HandOn.as_view(), name="follow-up-hand-on"),
    path("v1/follow-ups/<str:follow_up>/done/", FinishFollowUp.as_view(), name="follow-up-done"),
    path("v1/outcomes/", Outcomes.as_view(), name="outcomes"),
    path("v1/hand-overs/", work_items.HandOvers.as_view(), name="hand-overs"),
    path("v1/work-items/", work_items.WorkItems.as_view(), name="work-items"),
    path("v1/work-items/<str:work_item>/", work_items.OneWorkItem.as_view(), name="work-item"),
    path("v1/work-items/<str:work_item>/claim/", work_items.ClaimWorkItem.as_view(), name="work-item-claim"),
    path("v1/work-items/<str:work_item>/release/", work_items.ReleaseWorkItem.as_view(), name="work-item-release"),
    path("v1/work-items/<str:work_item>/done/", work_items.FinishWorkItem.as_view(), name="work-item-done"),
    path("v1/settlements/", Settlements.as_view(), name="settlements"),
    path("v1/cases/links/", CaseLinks.as_view(), name="case-links"),
    path("v1/cases/links/undo/", UndoLink.as_view(), name="undo-case-link"),
    path("v1/budgets/", Budgets.as_view(), name="budgets"),
    path("v1/policies/<str:code>/", PolicyInForce.as_view(), name="policy"),
    path("v1/policies/<str:code>/versions/<int:number>/", PolicyAsPublished.as_view(), name="policy-version"),
    path("v1/schema/policy.json", PolicySchema.as_view(), name="policy-schema"),
    re_path(r"", NothingHere.as_view()),
]
