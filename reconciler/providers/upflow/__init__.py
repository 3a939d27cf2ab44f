"""Upflow: its tables, its documents, its wire."""
