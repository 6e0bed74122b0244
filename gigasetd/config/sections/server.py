# -*- test-case-name: tests.config.test_schema -*-
"""
The C{[server]}, C{[store]}, C{[privacy]} and C{[log]} sections.

Layer 0 (values).
"""

# A key is made by a call that returns a dataclass field and nothing shared.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gigasetd.config.networks import LOCAL, Networks
from gigasetd.config.sections.option import key
from gigasetd.config.validators import (
    domain,
    networks,
    number,
    oneOf,
    optionalPath,
    path,
    reachable,
    storeUrl,
    whole,
)


@dataclass(frozen=True)
class ServerSection:
    """
    The server's names, addresses and files.
    """

    domain: str = key("gigaset.net", domain)
    state_dir: Path = key("./gigasetd-state", path)
    public_address: str = key("", reachable)
    local_networks: Networks = key(list(LOCAL), networks)
    certificate: Path | None = key("", optionalPath)
    private_key: Path | None = key("", optionalPath)


@dataclass(frozen=True)
class StoreSection:
    """
    Where data is stored, and when.
    """

    url: str = key("sqlite:gigasetd.db", storeUrl)
    key_file: Path = key("secret.key", path)
    flush_interval: float = key(1.0, number(0.05, 60, "seconds"))
    start_timeout: int = key(60, whole(0, 3600, "seconds"))
    pending_warn: int = key(200000, whole(100, 100000000))


@dataclass(frozen=True)
class PrivacySection:
    """
    Retention periods.
    """

    checkin_days: int = key(2, whole(1, 3650, "days"))
    message_days: int = key(14, whole(1, 3650, "days"))
    inactive_days: int = key(400, whole(1, 3650, "days"))


@dataclass(frozen=True)
class LogSection:
    """
    The log.
    """

    level: str = key("info", oneOf("debug", "info", "warn", "error", "critical"))
    format: str = key("text", oneOf("text", "json"))
