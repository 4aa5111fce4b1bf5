"""Races with real processes, on the database that the run uses."""
