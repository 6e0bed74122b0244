# -*- test-case-name: tests.sip.test_admission -*-
"""
The exception that ends the handling of a request with an error response.

Layer 0 (values).
"""

from __future__ import annotations


class RequestRejected(Exception):
    """
    The request gets this final response and goes no further.

    @ivar code: the status code, 300 to 699.
    @ivar headers: further header lines of the response, whole.
    @ivar phrase: the reason phrase; IANA's where it is empty.
    """

    def __init__(self, code: int, *headers: str, phrase: str = "") -> None:
        super().__init__(code)
        self.code, self.headers, self.phrase = code, headers, phrase
