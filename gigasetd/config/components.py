# -*- test-case-name: tests.config.test_schema -*-
"""
Which XMPP components may attach to us, and to whom we attach, as the
configuration tells it (XEP-0114).

A secret is never shown, not even where it is at fault.

Layer 0 (values).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from gigasetd.config.validators import Check, NotAllowed, domain, whole

_MOST = 100
_LONGEST = 255

Components = tuple[tuple[str, str], ...]


class Upstream(NamedTuple):
    """
    The XMPP server that we attach to.
    """

    host: str
    port: int
    domain: str  #: ours there
    secret: str


def _secret(value: Any, name: str) -> str:
    """
    A secret that two programs share.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST:
        raise NotAllowed(name, f"a secret of 1 to {_LONGEST} characters for each")
    return value


def components(value: Any) -> Components:
    """
    A table of domains and their secrets.
    """
    if not isinstance(value, dict) or len(value) > _MOST:
        kind = type(value).__name__
        raise NotAllowed(kind, f"a table of at most {_MOST}: domain = secret")
    return tuple((domain(name), _secret(text, name)) for name, text in value.items())


def upstream(value: Any) -> Upstream | None:
    """
    A table C{{host, port, domain, secret}}; an empty one is none.
    """
    if value == {}:
        return None
    names = Upstream._fields
    if not isinstance(value, dict) or set(value) != set(names):
        found = sorted(value) if isinstance(value, dict) else type(value).__name__
        raise NotAllowed(found, f"{{}}, or a table of {', '.join(names)}")
    port: Check = whole(1, 65535)
    return Upstream(
        domain(value["host"]),
        port(value["port"]),
        domain(value["domain"]),
        _secret(value["secret"], "secret"),
    )
