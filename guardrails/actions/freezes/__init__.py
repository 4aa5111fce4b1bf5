"""Freezes: begun, lifted, and what they stop."""
