"""How hard Hypothesis tries on whole policies: for seconds, or for as long as ENGINE_EXAMPLES=20000 takes."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("ENGINE_EXAMPLES", "120"))
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def effort(share: float = 1) -> settings:
    """Settings for a test that generates whole policies: this share of the examples."""
    return settings(max_examples=max(1, int(EXAMPLES * share)), deadline=None, suppress_health_check=_SLOW)
