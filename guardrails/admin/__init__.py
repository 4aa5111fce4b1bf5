"""The pages on which auditors read and managers edit people and tokens."""
