# -*- test-case-name: tests.info.sources.test_pollen -*-
"""
Which pollen flies, whoever counts it.

Layer 0 (values).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

PLANTS = (
    "hazel", "alder", "ash", "birch", "grass", "rye", "mugwort", "ragweed", "olive",
)  # fmt: skip


class Pollen(NamedTuple):
    """
    The pollen of one day at one place.
    """

    credit: str  #: to be shown with it
    day: date
    levels: tuple[tuple[str, float], ...]
    """Plant (of L{PLANTS}) and 0 (none), 1 (little), 2 (medium) to 3 (much), in
    halves; a plant that is not known of is left out."""
