"""Cases: linked into chains, in which everything counts together."""
