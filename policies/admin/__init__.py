"""The pages on which managers edit policies."""
