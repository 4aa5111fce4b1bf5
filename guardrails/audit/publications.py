"""Publications: each is recorded in the audit log, in the transaction that publishes."""


def connect() -> None:
    """Listen to the policies app."""
