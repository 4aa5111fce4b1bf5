"""The settings of production, with a view to compare with and a throttle that counts but never refuses."""

import os

os.environ.setdefault("SECRET_KEY", "a-key-for-benchmarks-that-protects-nothing-at-all-0123456789")
os.environ.setdefault("HTTPS", "false")

from guardrails.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
API_REQUESTS_PER_MINUTE = 1_000_000_000
