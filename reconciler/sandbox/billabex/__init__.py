"""Billabex at the wire, by the upsert guide and the fact sheet; what neither says is a setting."""
