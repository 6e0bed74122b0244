# -*- test-case-name: tests.devices.test_access -*-
"""
Decide who may fetch a device's pages and settings.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.config.networks import Networks
from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry


def mayFetch(
    registry: Registry,
    local: Networks,
    access: str,
    mac: str,
    host: str,
    verified: str | None = None,
) -> bool:
    """
    Return whether a request from C{host} may fetch what belongs to device
    C{mac}.

    @param access: C{"known"}, C{"lan"} or C{"any"} (C{http.phone_access}).
    @param mac: twelve upper-case hexadecimal digits.
    @param host: the address that the request came from.
    @param verified: the address from which the device has proven itself other
        than by SIP.
    """
    if access == "known":
        return isKnown(registry, local, mac, host, verified)
    return access == "any" or local.contains(host)


def isKnown(
    registry: Registry,
    local: Networks,
    mac: str,
    host: str,
    verified: str | None = None,
) -> bool:
    """
    Return whether C{host} is local, or the address of the last proof of device
    C{mac}.
    """
    if local.contains(host):
        return True
    return bool(host) and host in (provenHost(registry, mac), verified)


def provenHost(registry: Registry, mac: str) -> str | None:
    """
    Return the address of the device's last registration with its password.

    A check-in proves nothing and so does not count.
    """
    device = registry.devices.get(mac)
    if device is None or not device.number:
        return None
    bindings = registry.bindings.get(device.number, ())
    proven = [binding for binding in bindings if binding.proven]
    return max(proven, key=_registered).host if proven else None


def _registered(binding: Binding) -> float:
    return binding.registered
