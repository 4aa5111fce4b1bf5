"""Names: who is meant by "client:…" or "user:…" in the books, as people call them."""

from collections.abc import Iterable

from guardrails.models import ApiToken


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Give what each is called: a client by its token's name, a user by the login; looked up all at once."""
    actors = set(actors)
    codes = {actor: actor.partition(":")[2] or actor for actor in actors}
    clients = [codes[actor] for actor in actors if actor.startswith("client:")]
    named = dict(ApiToken.objects.filter(pk__in=clients).values_list("pk", "name")) if clients else {}
    return {actor: named.get(code) or code for actor, code in codes.items()}
