# -*- test-case-name: tests.config.test_validators -*-
"""
Validators of configuration values.

A validator takes what TOML parsed, and returns the value that the program
uses; it raises L{NotAllowed} for a wrong one.

Layer 0 (values).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from gigasetd.config.endpoint import TRANSPORTS, Endpoint, firstDuplicate, parseEndpoint
from gigasetd.config.networks import Networks, readAddress

Check = Callable[[Any], Any]

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.I)


class NotAllowed(ValueError):
    """
    A value is wrong.

    @ivar value: the wrong value, as TOML parsed it.
    @ivar allowed: the end of the sentence "allowed is ...".
    """

    def __init__(self, value: object, allowed: str) -> None:
        super().__init__(value, allowed)
        self.value = value
        self.allowed = allowed


def whole(low: int, high: int, unit: str = "") -> Check:
    """
    Make a validator of whole numbers.

    @param unit: for the error, C{""} for none.
    """
    allowed = f"a whole number from {low} to {high}" + (unit and f" ({unit})")

    def check(value: Any) -> int:
        # Not isinstance(): True is an int.
        if type(value) is not int or not low <= value <= high:
            raise NotAllowed(value, allowed)
        return value

    return check


def number(low: float, high: float, unit: str = "") -> Check:
    """
    Make a validator of numbers, with or without a decimal point.
    """
    allowed = f"a number from {low:g} to {high:g}" + (unit and f" ({unit})")

    def check(value: Any) -> float:
        if type(value) not in (int, float) or not math.isfinite(value):
            raise NotAllowed(value, allowed)
        if not low <= value <= high:
            raise NotAllowed(value, allowed)
        return float(value)

    return check


def switch(value: Any) -> bool:
    """
    Check C{true} or C{false}.
    """
    if not isinstance(value, bool):
        raise NotAllowed(value, "true or false")
    return value


def oneOf(*words: str) -> Check:
    """
    Make a validator of a few words.
    """
    allowed = "one of " + ", ".join(f'"{word}"' for word in words)

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise NotAllowed(value, allowed)
        return value

    return check


def matching(pattern: str, allowed: str) -> Check:
    """
    Make a validator of texts that match the whole pattern.
    """
    form = re.compile(pattern)

    def check(value: Any) -> str:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise NotAllowed(value, allowed)
        return value

    return check


def listOf(check: Check, allowed: str, most: int = 100) -> Check:
    """
    Make a validator of lists; an error names the wrong item.

    @param check: of an item.
    @param allowed: what the items are.
    @param most: items at most.
    """

    def checkAll(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise NotAllowed(value, f"a list of at most {most}: {allowed}")
        return tuple(map(check, value))

    return checkAll


def groups(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """
    Check a table of group names, each with the numbers of its members.
    """
    allowed = "a table of at most 1000: name = [numbers of 1 to 15 digits]"
    if not isinstance(value, dict) or len(value) > 1000:
        raise NotAllowed(type(value).__name__, allowed)
    name = matching(r"[^\x00-\x1f]{1,100}", "a name of 1 to 100 characters")
    digits = matching("[0-9]{1,15}", "a text of 1 to 15 digits")
    members = listOf(digits, "numbers of 1 to 15 digits", 1000)
    return tuple((name(key), members(each)) for key, each in value.items())


def algorithms(*known: str) -> Check:
    """
    Make a validator of a list of digest algorithms, the preferred one first.
    """
    names = " and ".join(f'"{name}"' for name in known)
    check = listOf(oneOf(*known), f"algorithms among {names}", len(known))

    def checkAll(value: Any) -> tuple[str, ...]:
        chosen: tuple[str, ...] = check(value)
        if not chosen or len(set(chosen)) < len(chosen):
            raise NotAllowed(value, f"one or several of {names}, each once")
        return chosen

    return checkAll


def domain(value: Any) -> str:
    """
    Check a host name (RFC 1123 section 2.1).

    @return: it in lower case, without a final dot.
    """
    if not isinstance(value, str) or len(value) > 253 or not _HOST.fullmatch(value):
        raise NotAllowed(value, "a domain name")
    return value.lower().rstrip(".")


def reachable(value: Any) -> str:
    """
    Check an address or a host name, or C{""} for a guess by the default route.
    """
    if isinstance(value, str) and (not value or readAddress(value)):
        return value
    try:
        return domain(value)
    except NotAllowed:
        allowed = 'an IP address, a host name, or "" to guess it by the default route'
        raise NotAllowed(value, allowed) from None


def path(value: Any) -> Path:
    """
    Check the name of a file or directory.
    """
    if not isinstance(value, str) or not value or "\0" in value:
        raise NotAllowed(value, "the path of a file or directory")
    return Path(value)


def optionalPath(value: Any) -> Path | None:
    """
    Check the name of a file or directory.

    @return: L{None} for C{""}.
    """
    return None if value == "" else path(value)


def storeUrl(value: Any) -> str:
    """
    Check C{sqlite:PATH} or C{postgresql://...}.
    """
    known = r"sqlite:[^\0]+|postgres(ql)?://[^\0\s]*"
    if not isinstance(value, str) or not re.fullmatch(known, value):
        raise NotAllowed(value, "sqlite:PATH or postgresql://USER@HOST/DATABASE")
    return value


def webUrl(value: Any) -> str:
    """
    Check the URL of a web service.
    """
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s/?#]+\S*", value):
        raise NotAllowed(value, "a URL that begins with http:// or https://")
    return value


def resolvers(value: Any) -> tuple[tuple[str, int], ...]:
    """
    Check a list of DNS resolvers.

    @return: C{(address, port)} of each.
    """
    form = "ADDRESS or ADDRESS:PORT, an IPv6 address before a port in brackets"
    pairs: tuple[tuple[str, int], ...] = listOf(_resolver(form), form, 8)(value)
    return pairs


def _resolver(form: str) -> Check:
    def check(value: Any) -> tuple[str, int]:
        text = value if isinstance(value, str) else ""
        if readAddress(text):
            return text, 53
        host, _, port = text.rpartition(":")
        if host.startswith("[") == host.endswith("]") == (":" in host):
            host = host.strip("[]")
            if readAddress(host) and port.isdecimal() and 0 < int(port) < 65536:
                return host, int(port)
        raise NotAllowed(value, form)

    return check


def networks(value: Any) -> Networks:
    """
    Check a list of networks; an address is a network of one.
    """
    texts = listOf(_network, "addresses or networks", 1000)(value)
    return Networks(texts)


def _network(value: Any) -> str:
    try:
        if isinstance(value, str):
            Networks([value])
            return value
    except ValueError:
        pass
    allowed = "an address, or a network such as 192.168.1.0/24 without host bits"
    raise NotAllowed(value, allowed)


def listeners(transports: Collection[str]) -> Check:
    """
    Make a validator of lists of endpoints.

    @param transports: that are allowed, beside C{systemd}.
    """
    kinds = ", ".join(transports)
    form = f"TRANSPORT:PORT[:interface=ADDR] with {kinds}, or systemd:NAME"
    known = (*transports, "systemd")

    def check(value: Any) -> Endpoint:
        if not isinstance(value, str):
            raise NotAllowed(value, form)
        transport = value.partition(":")[0]
        if transport in TRANSPORTS and transport not in known:
            reason = f"there is no {transport} listener here"
            raise NotAllowed(value, f"{form}; {reason}")
        if transport not in known:
            raise NotAllowed(value, form)
        try:
            return parseEndpoint(value)
        except ValueError as error:
            raise NotAllowed(value, f"{form}; {error}") from None

    def checkAll(value: Any) -> tuple[Endpoint, ...]:
        endpoints: tuple[Endpoint, ...] = listOf(check, form)(value)
        if firstDuplicate(endpoints) is not None:
            raise NotAllowed(value, "each endpoint once")
        return endpoints

    return checkAll


def mediaPorts(value: Any) -> tuple[int, int] | None:
    """
    Check C{"auto"}, or the first and the last port.

    @return: L{None} for C{"auto"}: the system chooses.
    """
    if value == "auto":
        return None
    allowed = '"auto", or [first, last] of at least two ports from 1024 to 65535'
    if not isinstance(value, list) or len(value) != 2:
        raise NotAllowed(value, allowed)
    first, last = value
    if type(first) is not int or type(last) is not int:
        raise NotAllowed(value, allowed)
    if not 1024 <= first < last <= 65535:
        raise NotAllowed(value, allowed)
    return first, last
