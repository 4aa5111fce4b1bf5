"""Reads of policies: one noun a module."""
