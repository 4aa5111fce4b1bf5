"""What was done about a customer's problem: decisions, exceptions, budgets, evidence; also the Django project."""
