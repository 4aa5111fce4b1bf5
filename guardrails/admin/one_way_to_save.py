"""One way to save: where each page is filled in once, or shows something once, nobody chooses among three buttons."""

from typing import Any

from django.http import HttpRequest, HttpResponse


class OneWayToSaveMixin:
    """A page with the button "Save" alone."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Offer one way to save; from django.contrib.admin.ModelAdmin."""
        one_way = {**(extra_context or {}), "show_save_and_add_another": False, "show_save_and_continue": False}
        found: HttpResponse = super().changeform_view(request, object_id, form_url, one_way)  # type: ignore[misc]
        return found
