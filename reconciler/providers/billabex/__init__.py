"""Billabex: accounts, and the people on them."""
