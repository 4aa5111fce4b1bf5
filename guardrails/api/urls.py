"""The addresses of the API, version 1."""

from django.urls import path, re_path

from guardrails.api.nothing_here import NothingHere
from guardrails.api.offers import Offers

app_name = "api"
urlpatterns = [
    path("v1/offers/", Offers.as_view(), name="offers"),
    re_path(r"", NothingHere.as_view()),
]
