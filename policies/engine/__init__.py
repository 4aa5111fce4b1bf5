"""The pure decision: frozen values in, an answer out. Standard library only; no clock, no I/O, no settings."""
