"""Scenarios: folders that a user could have written, each with the live state before and the plan as it must read."""
