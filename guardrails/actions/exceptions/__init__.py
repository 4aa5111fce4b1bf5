"""Exceptions: one verb a module, from hold to reversal; `happen` is the one way through their life."""
