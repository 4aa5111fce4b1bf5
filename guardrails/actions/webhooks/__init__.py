"""Webhooks: messages leave for the endpoints that want them, again until they arrive, and again on request."""
