"""The demo: five companies' policies, the people who work with them, and a believable past."""
