# -*- test-case-name: tests.process.test_program -*-
"""
Where this installation's commands are.

Layer 3 (I/O).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def folderOffPath(program: str, interpreter: str = sys.executable) -> str:
    """
    Find the folder of a command that was installed beside the interpreter.

    @return: C{""} where the shell finds the command without it, or the command is
        not there.
    """
    folder = Path(interpreter).parent
    if shutil.which(program) or not (folder / program).exists():
        return ""
    return str(folder)
