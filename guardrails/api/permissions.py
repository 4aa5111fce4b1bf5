"""Permissions: closed, but for tokens with one of the scopes that an endpoint names.

A scope opens an address; which agents, exceptions and policies a token then sees is decided where they are read.
"""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from guardrails.actions.caller import Caller
from guardrails.models import Scope


class HasScope(BasePermission):
    """Lets a token in that has one of the view's `scopes` for the method; a view without any is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raise PermissionDenied with the scope that is missing; from rest_framework.permissions.BasePermission."""
        if not isinstance(request.auth, Caller):
            return False
        method = "GET" if request.method == "HEAD" else request.method
        if method not in view.scopes:
            raise MethodNotAllowed(request.method or "")
        wanted: tuple[Scope, ...] = view.scopes[method]
        if request.auth.scopes.isdisjoint(wanted):
            needed = " or ".join(f'"{scope.value}"' for scope in wanted)
            raise PermissionDenied(f"The token needs the scope {needed}.")
        return True
