"""The project's addresses, and the view that it is compared with."""

from django.urls import path

from guardrails.urls import urlpatterns as ours
from tests.benchmarks.conventional import Conventional

urlpatterns = [*ours, path("conventional/", Conventional.as_view())]
