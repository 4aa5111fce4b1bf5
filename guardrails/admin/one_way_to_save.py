"""One way to save: where saving leads to something that is shown once, nobody must be led elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from policies.admin.base import TrackedAdmin


class OneWayToSaveAdmin(TrackedAdmin):
    """A page with the button "Save" alone."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Offer one way to save: it leads to the secret."""
        one_way = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **one_way})
