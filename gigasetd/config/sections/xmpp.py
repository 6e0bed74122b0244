# -*- test-case-name: tests.config.test_schema -*-
"""
The C{[xmpp]} section.

Layer 0 (values).
"""

# A key is made by a call that returns a dataclass field and nothing shared.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass

from gigasetd.config.components import Components, Upstream, components, upstream
from gigasetd.config.endpoint import Endpoint
from gigasetd.config.networks import LOCAL, Networks
from gigasetd.config.sections.option import key
from gigasetd.config.validators import (
    groups,
    listeners,
    listOf,
    matching,
    networks,
    oneOf,
    switch,
    whole,
)

_resource = matching(r"[^\x00-\x1f]{1,100}", "a name of 1 to 100 characters")
_label = matching("([a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?)?", "a label of a host name")


@dataclass(frozen=True)
class XmppSection:
    """
    Instant messaging; times in seconds.
    """

    listen: tuple[Endpoint, ...] = key(["tcp:5222"], listeners(["tcp", "tls"]))
    phone_networks: Networks = key(
        list(LOCAL), networks, follows="server.local_networks"
    )
    phone_resources: tuple[str, ...] = key(
        [], listOf(_resource, "names of 1 to 100 characters")
    )
    old_tls: bool = key(False, switch)
    shared_roster: str = key("household", oneOf("off", "groups", "household"))
    groups: tuple[tuple[str, tuple[str, ...]], ...] = key({}, groups)
    approval: str = key("phones", oneOf("none", "phones", "all"))
    component_listen: tuple[Endpoint, ...] = key([], listeners(["tcp"]))
    components: Components = key({}, components)
    upstream: Upstream | None = key({}, upstream)
    bot: str = key("info", _label)
    max_bot_answers: int = key(20, whole(1, 1000))
    header_timeout: int = key(10, whole(1, 600, "seconds"))
    login_timeout: int = key(60, whole(5, 600, "seconds"))
    login_tries: int = key(3, whole(1, 100))
    keepalive: int = key(300, whole(10, 86400, "seconds"))
    close_timeout: int = key(5, whole(1, 60, "seconds"))
    max_streams: int = key(20000, whole(1, 1000000))
    max_streams_per_address: int = key(256, whole(1, 1000000))
    max_logins_per_address: int = key(64, whole(1, 1000000))
    reserved_streams: int = key(1000, whole(0, 1000000))
    max_component_streams: int = key(64, whole(1, 100000))
    max_component_streams_per_address: int = key(16, whole(1, 100000))
    max_rate: int = key(1048576, whole(10000, 1073741824, "bytes"))
    max_login_stanza: int = key(10000, whole(1000, 1048576, "bytes"))
    max_stanza: int = key(262144, whole(10000, 1048576, "bytes"))
    max_depth: int = key(64, whole(8, 256))
    max_attributes: int = key(64, whole(8, 1024))
    max_elements: int = key(8192, whole(100, 100000))
    max_names: int = key(4096, whole(256, 1000000))
    max_unread: int = key(1048576, whole(65536, 67108864, "bytes"))
    max_sessions: int = key(10, whole(1, 1000))
    max_roster: int = key(1000, whole(1, 100000))
    max_household: int = key(100, whole(2, 100000))
    max_groups: int = key(20, whole(0, 1000))
    max_name: int = key(128, whole(16, 1024, "characters"))
    max_request_text: int = key(2048, whole(256, 65536, "bytes"))
    max_blocks: int = key(1000, whole(0, 100000))
    max_directed: int = key(200, whole(0, 100000))
    max_held: int = key(500, whole(0, 100000))
    max_held_bytes: int = key(524288, whole(0, 67108864, "bytes"))
    max_unacked: int = key(1000, whole(10, 100000))
    hibernation: int = key(300, whole(0, 86400, "seconds"))
