"""Budgets: read by those who spend them, and watched for those who should know."""
