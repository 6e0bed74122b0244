# -*- test-case-name: tests.scenarios -*-
"""
Output of the subprocesses of tests.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import sys
from typing import Any


def say(**line: Any) -> None:
    """
    Write one line of JSON for the test to read.
    """
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
