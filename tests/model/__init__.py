"""Tests of reconciler.model."""
