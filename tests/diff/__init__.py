"""Tests of reconciler.diff."""
