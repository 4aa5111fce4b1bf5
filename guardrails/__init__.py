"""What was done about it: decisions, exceptions, budgets, evidence; the Django project."""
