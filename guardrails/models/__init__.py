"""What was done: teams, agents, decisions, exceptions, budgets, the audit log; one noun a module."""
