"""Upflow at the wire, by the integration guide and the fact sheet; what neither says is a setting."""
