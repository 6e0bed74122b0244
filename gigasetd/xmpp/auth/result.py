# -*- test-case-name: tests.xmpp.auth.test_login -*-
"""
The outcomes of one step of a log-in.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import NamedTuple, Union


class Channel(NamedTuple):
    """
    How a client is connected.
    """

    host: str  #: the client's address
    phone: bool  #: whether that is in the networks of phones
    secure: bool  #: whether it is encrypted
    bindings: Mapping[str, bytes] = {}  #: channel binding's type -> its data


class Challenge(NamedTuple):
    """
    The client must answer this, in base64.
    """

    text: str


class Derive(NamedTuple):
    """
    Keys must be made, which takes a while: the arguments of L{scram.keysOf}.
    """

    number: str
    mechanism: str
    password: str
    salt: str


class LoginPassed(NamedTuple):
    """
    The client has proved that the account is its own.
    """

    number: str
    text: str  #: sent with the success, in base64; "" for none
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
Yields what must be done, is sent its result, returns the proved number and the
text of the success.
"""
