"""The Content-Security-Policy header: strict everywhere, relaxed for the admin and the API browser alone."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_RELAXED = {
    # The admin's Alpine.js compiles expressions in attributes, and its widgets set inline styles.
    "/admin/": {"script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]},
    # Swagger UI starts with an inline script and sets inline styles.
    "/api/docs/": {"script-src": [SELF, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]},
}


class ContentSecurityPolicy(CSPMiddleware):
    """Sends the header of the settings, with what the path's pages cannot do without added to it."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts of the header (django-csp calls this for every response)."""
        parts = super().get_policy_parts(request, response, report_only)
        for prefix, directives in _RELAXED.items():
            if request.path_info.startswith(prefix) and not report_only:
                parts.replace = {**directives, **(parts.replace or {})}
        return parts
