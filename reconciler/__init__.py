"""Declarative customer master data for accounts-receivable services."""
