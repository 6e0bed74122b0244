# -*- test-case-name: tests.config.test_components -*-
"""
The components and the upstream server of the C{[xmpp]} section (XEP-0114).

No error shows a secret.

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
    The XMPP server to which the daemon connects as a component.
    """

    host: str
    port: int
    domain: str  #: this server's domain there
    secret: str


def _secret(value: Any, name: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST:
        raise NotAllowed(name, f"a secret of 1 to {_LONGEST} characters for each")
    return value


def components(value: Any) -> Components:
    """
    Check a table of domains and their secrets.
    """
    if not isinstance(value, dict) or len(value) > _MOST:
        kind = type(value).__name__
        raise NotAllowed(kind, f"a table of at most {_MOST}: domain = secret")
    return tuple((domain(name), _secret(text, name)) for name, text in value.items())


def upstream(value: Any) -> Upstream | None:
    """
    Check a table C{{host, port, domain, secret}}.

    @return: L{None} for an empty table.
    """
    if value == {}:
        return None
    names = Upstream._fields
    if not isinstance(value, dict) or set(value) != set(names):
        shown = sorted(value) if isinstance(value, dict) else type(value).__name__
        raise NotAllowed(shown, f"{{}}, or a table of {', '.join(names)}")
    port: Check = whole(1, 65535)
    return Upstream(
        domain(value["host"]),
        port(value["port"]),
        domain(value["domain"]),
        _secret(value["secret"], "secret"),
    )
