"""The view that offers are compared with: what Django REST framework's own guide leads to, and nothing else.

The same token look-up through the ORM (one query), a serializer of twenty fields, three ORM queries of eight small
rows, and DRF's own renderer. It decides nothing, and writes nothing.
"""

from typing import Any

from django.utils import timezone
from knox.crypto import hash_token
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from guardrails.models import ApiToken
from policies.models import Fact, Reason, Role

ROWS = 8


class TokenByOrm(BaseAuthentication):
    """The same token, found by its hash with its user."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken]:
        """Give user and token."""
        secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
        try:
            token = ApiToken.objects.select_related("user").get(digest=hash_token(secret))
        except ApiToken.DoesNotExist:
            raise AuthenticationFailed from None
        if not (token.active and token.user.is_active) or (token.expiry and token.expiry < timezone.now()):
            raise AuthenticationFailed
        return token.user, token


class TwentyFields(serializers.Serializer):
    """As many fields as a question with its facts has."""

    policy = serializers.SlugField(max_length=64)
    agent = serializers.SlugField(max_length=64)
    reason = serializers.SlugField(max_length=64)
    channel = serializers.CharField(max_length=64)
    customer = serializers.CharField(max_length=128)
    case = serializers.CharField(max_length=128)
    order_total = serializers.DecimalField(max_digits=12, decimal_places=2)
    item_price = serializers.DecimalField(max_digits=12, decimal_places=2)
    refunded = serializers.DecimalField(max_digits=12, decimal_places=2)
    days_late = serializers.IntegerField(min_value=0)
    contacts = serializers.IntegerField(min_value=0)
    orders = serializers.IntegerField(min_value=0)
    damaged = serializers.BooleanField()
    in_stock = serializers.BooleanField()
    gift = serializers.BooleanField()
    tier = serializers.ChoiceField(choices=["regular", "gold"])
    country = serializers.ChoiceField(choices=["de", "fr", "es"])
    ordered_on = serializers.DateField()
    promised_on = serializers.DateField()
    called_at = serializers.DateTimeField()


class Conventional(APIView):
    """Reads the body, asks three tables, answers with their rows."""

    authentication_classes = [TokenByOrm]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]

    def post(self, request: Request) -> Response:
        """Answer with eight rows of each."""
        asked = TwentyFields(data=request.data)
        asked.is_valid(raise_exception=True)
        tables = {"roles": Role, "reasons": Reason, "facts": Fact}
        rows = {
            name: [{"code": row.code, "name": row.name} for row in model._default_manager.all()[:ROWS]]
            for name, model in tables.items()
        }
        return Response({"asked": asked.data["reason"], **rows})
