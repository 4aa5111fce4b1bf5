"""Pages of API tokens. A token's text is on one page once: the answer to the form that made or rotated it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from guardrails.actions.tokens.edit_token import edit_token, switch_token
from guardrails.actions.tokens.issue_token import issue_token
from guardrails.actions.tokens.rotate_token import rotate_token
from guardrails.admin.one_way_to_save import OneWayToSaveMixin
from guardrails.admin.stoppable import StoppableMixin
from guardrails.admin.token_form import ReasonForm, TokenForm
from guardrails.models import ApiToken
from guardrails.queries.people import agents_wholly_of, teams_wholly_of, tokens_of
from policies.admin.base import WHY, TrackedAdmin, action, display

SHOWN_KEY = 8
"""How many first characters of a token are shown to tell it from others."""


@admin.register(ApiToken)
class ApiTokenAdmin(StoppableMixin, OneWayToSaveMixin, TrackedAdmin):
    """API tokens: which systems and AI agents may ask and grant, for whom."""

    form = TokenForm
    policy_path = ""
    list_display = ("name", "acts_for", "may", "begins", "expiry", "state")
    list_filter = ("active",)
    search_fields = ("name", "public_id")
    fieldsets = [
        (None, {"fields": ["name", "scopes"]}),
        (
            "For whom",
            {
                "fields": ["agent", "agents", "teams"],
                "description": "An AI agent's own token acts for that agent alone. A system's token, such as the help "
                "desk's, acts for the people and teams that you name.",
            },
        ),
        ("Until when", {"fields": ["expiry"], "description": "Left empty: until it is switched off."}),
    ]
    actions_detail = ("rotate", "switch", "stop")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the tokens that reach no further than the user sees."""
        seen = super().get_queryset(request).filter(pk__in=tokens_of(request.user).values("pk"))
        return seen.select_related("agent", "user").prefetch_related("agents", "teams")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form for whom the user may let a token act."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.agents_allowed = agents_wholly_of(request.user)
        form.teams_allowed = teams_wholly_of(request.user)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add what is known of a token that is issued."""
        given = super().get_fieldsets(request, obj)
        about = ["public_id", ("begins", "state"), ("issued_by", "created")]
        return [("Issued", {"fields": about}), *given] if obj else given

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep what was set when it was issued."""
        return ("public_id", "begins", "state", "issued_by", "created")

    @admin.display(description="acts for")
    def acts_for(self, row: ApiToken) -> str:
        """Say for whom it asks."""
        if row.agent:
            return f"{row.agent} (its own)"
        several = [str(each) for each in (*row.agents.all(), *row.teams.all())]
        return ", ".join(several) or "nobody: it only reads"

    @admin.display(description="scopes")
    def may(self, row: ApiToken) -> str:
        """Say what it may do."""
        return ", ".join(row.scopes)

    @admin.display(description="begins with")
    def begins(self, row: ApiToken) -> str:
        """Show its first characters."""
        return f"{row.token_key[:SHOWN_KEY]}…"

    @admin.display(description="answered for by")
    def issued_by(self, row: ApiToken) -> str:
        """Show whose policies limit what it reads."""
        return str(row.user)

    @display(description="state", label={"Active": "success", "Off": "danger", "Expired": "warning"})
    def state(self, row: ApiToken) -> str:
        """Say whether it works."""
        if not row.active:
            return "Off"
        return "Expired" if row.expiry and row.expiry <= timezone.now() else "Active"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: records name clients; one that leaves is switched off."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Issue or edit the token."""
        actor: Any = request.user
        reason, now = form.cleaned_data[WHY], timezone.now()
        if change:
            edit_token(token=obj, values=form.values(active=obj.active), actor=actor, reason=reason, now=now)
            return
        values = form.values(active=True)
        token, secret = issue_token(user=actor, values=values, actor=actor, reason=reason, now=now)
        obj.pk = token.pk
        request.told = (token, secret)  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save nothing more: lists are saved with the token; from django.contrib.admin.ModelAdmin."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Show the token's text, once, instead of going elsewhere."""
        return self._told(request, *request.told)  # type: ignore[attr-defined]

    def require_in_scope(self, request: HttpRequest, object_id: str) -> None:
        """Raise 404 for the history of a token that the user does not see."""
        if self.get_object(request, object_id) is None:
            raise Http404

    @action(description="Rotate…", url_path="rotate", permissions=["change"], icon="autorenew")
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then give the client a new text and show it once."""
        token = self._token(request, object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            actor: Any = request.user
            reason, now = form.cleaned_data["reason"], timezone.now()
            fresh, secret = rotate_token(token=token, actor=actor, reason=reason, now=now)
            return self._told(request, fresh, secret)
        lead = "The client gets a new token and stays who it is. The old token stops working at once."
        return self._ask(request, token, form, title=f"Rotate {token}", lead=lead, button="Rotate")

    @action(description="Switch off or on…", url_path="switch", permissions=["change"], icon="power_settings_new")
    def switch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then switch the token off, or on again."""
        token = self._token(request, object_id)
        form, verb = ReasonForm(request.POST or None), "off" if token.active else "on"
        if request.method == "POST" and form.is_valid():
            actor: Any = request.user
            reason, now = form.cleaned_data["reason"], timezone.now()
            switch_token(token=token, active=not token.active, actor=actor, reason=reason, now=now)
            messages.success(request, f"{token} is switched {verb}.")
            return HttpResponseRedirect(reverse("admin:guardrails_apitoken_change", args=[token.pk]))
        lead = "It is refused from the next request on." if token.active else "It works again from the next request on."
        return self._ask(request, token, form, title=f"Switch {verb} {token}", lead=lead, button=f"Switch {verb}")

    def _token(self, request: HttpRequest, object_id: str) -> Any:
        token = self.get_object(request, object_id)
        if token is None:
            raise Http404
        if not self.has_change_permission(request, token):
            raise PermissionDenied
        return token

    def _ask(self, request: HttpRequest, token: ApiToken, form: ReasonForm, **more: str) -> HttpResponse:
        back = reverse("admin:guardrails_apitoken_change", args=[token.pk])
        return self._page(request, "ask_why.html", token=token, form=form, back=back, **more)

    def _told(self, request: HttpRequest, token: ApiToken, secret: str) -> HttpResponse:
        return self._page(request, "token_told.html", token=token, secret=secret, title=f"The token of {token}")

    def _page(self, request: HttpRequest, template: str, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **more}
        response = TemplateResponse(request, f"admin/guardrails/{template}", context)
        response["Cache-Control"] = "no-store, private"
        return response
