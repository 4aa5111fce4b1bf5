"""Tokens: issued, changed and rotated."""
