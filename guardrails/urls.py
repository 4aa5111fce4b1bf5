"""The addresses of the project."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from guardrails.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="docs:index"), name="home"),
    path("admin/", admin.site.urls),
    path("api/", include("guardrails.api.urls")),
    path("docs/", include("guardrails.documents")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
