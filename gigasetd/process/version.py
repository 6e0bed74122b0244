# -*- test-case-name: tests.process.test_version -*-
"""
The version of this program.

Layer 3 (I/O).
"""

from __future__ import annotations

from importlib import metadata

UNKNOWN = "unknown"


def version() -> str:
    """
    The version of the installed package, L{UNKNOWN} in a checkout that is not
    installed.
    """
    try:
        return metadata.version("gigasetd")
    except metadata.PackageNotFoundError:
        return UNKNOWN
