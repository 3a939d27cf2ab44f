"""Carry a plan out: a Plan and the providers become a stream of events; nothing here decides what a plan means."""
