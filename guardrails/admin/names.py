"""Names: who is meant by "client:…" or "user:…" in the books, as people call them."""

from collections.abc import Iterable

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, StrIndex, Substr

from guardrails.models import ApiToken


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Give what each is called: a client by its token's name, a user by the login; looked up all at once."""
    actors = set(actors)
    codes = {actor: actor.partition(":")[2] or actor for actor in actors}
    clients = [codes[actor] for actor in actors if actor.startswith("client:")]
    named = dict(ApiToken.objects.filter(pk__in=clients).values_list("pk", "name")) if clients else {}
    return {actor: named.get(code) or code for actor, code in codes.items()}


def name_of(column: str) -> Coalesce:
    """Give the same name of what a column holds, for a list whose rows are annotated with it."""
    named = ApiToken.objects.annotate(actor=Substr(OuterRef(column), StrIndex(OuterRef(column), Value(":")) + 1))
    code = Substr(column, StrIndex(F(column), Value(":")) + 1)
    return Coalesce(Subquery(named.filter(pk=F("actor")).values("name")[:1]), code)
