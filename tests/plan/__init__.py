"""Tests of reconciler.plan."""
