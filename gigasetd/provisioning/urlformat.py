# -*- test-case-name: tests.provisioning.test_urlformat -*-
"""
The URL of a phone's settings, as a format with places that the phone fills in.

Layer 0 (values).
"""

from __future__ import annotations

import re

from gigasetd.provisioning.updateindex import TEXT

_PLACE = re.compile(r"%(DVID|MACC|MACD|ACTC|DURL|SUBLIST|%)?")


class BadFormat(ValueError):
    """
    A text is no URL format; the message says why.
    """


def checkFormat(text: str) -> str:
    """
    Check a URL format.

    @return: C{text} itself.
    @raise BadFormat: a phone could not use it.
    """
    if not (text.isascii() and text.isprintable() and 0 < len(text) <= TEXT):
        raise BadFormat(f"a URL format has 1 to {TEXT} printable ASCII characters")
    for match in _PLACE.finditer(text):
        if match[1] is None:
            raise BadFormat(
                "after % write DVID, MACC, MACD, ACTC, DURL, SUBLIST or another %"
            )
    return text
