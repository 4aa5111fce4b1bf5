"""Reads of what was done: one noun a module."""
