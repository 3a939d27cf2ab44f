"""Providers → LiveState: what to read, the cheapest way, and whether it was all."""
