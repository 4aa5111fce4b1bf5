"""The addresses of the API, version 1."""

from django.urls import path, re_path

from guardrails.api.browser import OpenApi, TryItOut
from guardrails.api.budgets import Budgets
from guardrails.api.care_exceptions import CareExceptions, ExceptionsFile, OneException
from guardrails.api.format_schema import PolicySchema
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
    path("v1/settlements/", Settlements.as_view(), name="settlements"),
    path("v1/budgets/", Budgets.as_view(), name="budgets"),
    path("v1/policies/<str:code>/", PolicyInForce.as_view(), name="policy"),
    path("v1/policies/<str:code>/versions/<int:number>/", PolicyAsPublished.as_view(), name="policy-version"),
    path("v1/schema/policy.json", PolicySchema.as_view(), name="policy-schema"),
    re_path(r"", NothingHere.as_view()),
]
