"""Who waits for whom -> where the waiting goes round in circles. Pure, and linear in changes and edges."""

from __future__ import annotations

from collections import defaultdict

from reconciler.model.address import Address

Edges = dict[Address, set[Address]]
"""Whom each waits for; every one that is waited for has a row of its own."""


def knotted(waits: Edges) -> set[Address]:
    """Find what can be peeled off neither from the start nor from the end."""
    return _peeled(_peeled(set(waits), waits), turned(waits))


def turned(waits: Edges) -> Edges:
    """Give who waits for each, in the place of whom each waits for."""
    turned: Edges = {address: set() for address in waits}
    for address, before in waits.items():
        for other in before:
            turned[other].add(address)
    return turned


def _peeled(among: set[Address], waits: Edges) -> set[Address]:
    """Take away, again and again, whoever waits for nobody among the rest."""
    left = {address: len(waits[address] & among) for address in among}
    followers: dict[Address, list[Address]] = defaultdict(list)
    for address in among:
        for other in waits[address] & among:
            followers[other].append(address)
    free = [address for address, count in left.items() if not count]
    for address in free:  # grows while it is walked
        del left[address]
        for follower in followers[address]:
            left[follower] -= 1
            if not left[follower]:
                free.append(follower)
    return set(left)
