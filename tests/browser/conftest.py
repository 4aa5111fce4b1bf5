"""What the browser finds: the market of the admin's tests."""

from tests.guardrails.conftest import nothing_remembered, shop_document  # noqa: F401 - fixtures
from tests.guardrails_admin.conftest import shop  # noqa: F401 - fixtures
