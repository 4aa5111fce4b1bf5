"""Pages for agents and approvers."""
