"""The only writer of budget windows and their entries."""
