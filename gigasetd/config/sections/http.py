# -*- test-case-name: tests.config.test_schema -*-
"""
The C{[http]}, C{[firmware]} and C{[templates]} sections.

Layer 0 (values).
"""

# A key is made by a call that returns a dataclass field and nothing shared.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.networks import Networks
from gigasetd.config.sections.option import key
from gigasetd.config.validators import (
    domain,
    listeners,
    listOf,
    networks,
    oneOf,
    path,
    whole,
)


@dataclass(frozen=True)
class HttpSection:
    """
    Pages for phones, owners and operators.
    """

    listen: tuple[Endpoint, ...] = key(["tcp:8080"], listeners(["tcp"]))
    trusted_proxies: Networks = key([], networks)
    host_names: tuple[str, ...] = key([], listOf(domain, "host names", 1000))
    metrics_access: str = key("local", oneOf("local", "token", "any"))
    phone_access: str = key("known", oneOf("known", "lan", "any"))
    max_request: int = key(16384, whole(1024, 1048576, "bytes"))
    max_connections: int = key(1024, whole(1, 1000000))
    max_connections_per_address: int = key(64, whole(1, 1000000))
    local_connections: int = key(256, whole(0, 1000000))
    requests_per_second: int = key(50, whole(1, 100000))
    timeout: int = key(30, whole(1, 600, "seconds"))
    first_timeout: int = key(10, whole(1, 600, "seconds"))
    session_minutes: int = key(30, whole(1, 1440, "minutes"))
    session_hours: int = key(12, whole(1, 720, "hours"))
    max_sessions: int = key(10000, whole(10, 1000000))
    max_logins: int = key(128, whole(1, 1000))
    max_live: int = key(16, whole(0, 1000))


@dataclass(frozen=True)
class FirmwareSection:
    """
    Firmware and language files for phones.
    """

    directory: Path = key("firmware", path)


@dataclass(frozen=True)
class TemplatesSection:
    """
    The operator's templates and values for settings files.
    """

    directory: Path = key("templates", path)
