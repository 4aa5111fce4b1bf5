"""People and policies that the tests of this folder share."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from policies.models import Policy
from policies.queries.yaml_document import load
from tests.kept_policy import draft

EXAMPLES = sorted((Path(__file__).parent.parent / "conformance").rglob("*policy*.y*ml"))


@pytest.fixture
def shop_document() -> dict[str, Any]:
    """A shop policy that uses every list and most keys of the rulebook."""
    return load((Path(__file__).parent / "shop.yaml").read_bytes())


@pytest.fixture
def manager(db: None) -> User:
    """A manager: a member of staff in the group manager, no superuser."""
    user = User.objects.create_user("mina", password="a-secret", is_staff=True)
    user.groups.add(Group.objects.get(name="manager"))
    return user


@pytest.fixture
def shop(shop_document: dict[str, Any], manager: User) -> Policy:
    """The shop policy as a draft."""
    return draft(shop_document, actor=manager, reason="First draft")
