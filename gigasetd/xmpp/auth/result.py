# -*- test-case-name: tests.xmpp.auth.test_login -*-
"""
What can come of one step of a log-in.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import NamedTuple, Union


class Channel(NamedTuple):
    """
    How somebody is connected.
    """

    host: str  #: the address
    phone: bool  #: whether it is one that old phones come from
    secure: bool  #: by TLS
    bindings: Mapping[str, bytes] = {}  #: channel binding's type -> its data


class Challenge(NamedTuple):
    """
    The client is to answer this, in base64.
    """

    text: str


class Derive(NamedTuple):
    """
    Keys are to be made, which takes a while: L{scram.keysOf} of these.
    """

    number: str
    mechanism: str
    password: str
    salt: str


class LoginPassed(NamedTuple):
    """
    Somebody has proved that the account is his.
    """

    number: str
    text: str  #: to go with the success, in base64; "" for nothing
    mechanism: str


class LoginDenied(NamedTuple):
    """
    The log-in has failed.
    """

    condition: str
    text: str


Outcome = Union[Challenge, Derive, LoginPassed, LoginDenied]
Steps = Generator[Union[Challenge, Derive], object, tuple[str, str]]
"""
Yields what is to be done, gets what came of it, returns the number that was
proved and what goes with the success.
"""
