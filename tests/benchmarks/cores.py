"""Cores: the server gets one and the load another, where the system can promise that."""

import os


def pin(process: int, nth: int) -> None:
    """Keep a process (0: this one) and what it starts later on the nth core of ours."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(process, {cores[nth % len(cores)]})
