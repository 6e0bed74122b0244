# -*- test-case-name: tests.test_config -*-
"""
The configuration as frozen values: a class a section, an attribute a key.

Each key is written once, here, with its default as TOML writes it and its
check; C{etc/gigasetd.toml} says the same to people, and a test compares both.
L{gigasetd.settings} reads the file and the environment.

Layer 0 (values).
"""

# A key is made by a call that returns a dataclass field and nothing shared.
# ruff: noqa: RUF009

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from gigasetd.allowed import (
    Check,
    algorithms,
    domain,
    groups,
    listeners,
    listOf,
    matching,
    mediaPorts,
    networks,
    number,
    oneOf,
    optionalPath,
    path,
    reachable,
    resolvers,
    storeUrl,
    switch,
    webUrl,
    whole,
)
from gigasetd.attachment import Components, Upstream, components, upstream
from gigasetd.listen import Listen
from gigasetd.networks import LOCAL, Networks
from gigasetd.secret import ALGORITHMS

_interface = matching(r"[^\s/]{1,15}", "the name of a network interface")
_resource = matching(r"[^\x00-\x1f]{1,100}", "a name of 1 to 100 characters")
_label = matching("([a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?)?", "a label of a host name")
_digits = matching("[0-9]{1,15}", "a text of 1 to 15 digits")

VENDOR = (
    "gigaset.net",
    *(f"{host}.gigaset.net" for host in "info profile prov sip stun www".split()),
    "gigaset-config.com",
    "www.gigaset-config.com",
)
"""The host names that phones, and their owners' browsers, have always asked for."""


class ConfigError(Exception):
    """
    The configuration has faults.

    @ivar lines: one line a fault: file or variable, dotted key, what was
        found, what is allowed.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def key(raw: Any, check: Check, follows: str = "") -> Any:
    """
    One key of a section.

    @param raw: its default, as TOML would give it.
    @param follows: the dotted key whose value it takes when it is not given.
    """
    metadata = {"raw": raw, "check": check, "follows": follows}
    return field(default=check(raw), metadata=metadata)


@dataclass(frozen=True)
class Server:
    """
    Who this server is.
    """

    domain: str = key("gigaset.net", domain)
    state_dir: Path = key("./gigasetd-state", path)
    public_address: str = key("", reachable)
    local_networks: Networks = key(list(LOCAL), networks)
    certificate: Path | None = key("", optionalPath)
    private_key: Path | None = key("", optionalPath)


@dataclass(frozen=True)
class Store:
    """
    Where the registry is kept.
    """

    url: str = key("sqlite:gigasetd.db", storeUrl)
    key_file: Path = key("secret.key", path)
    flush_interval: float = key(1.0, number(0.05, 60, "seconds"))
    start_timeout: int = key(60, whole(0, 3600, "seconds"))
    pending_warn: int = key(200000, whole(100, 100000000))


@dataclass(frozen=True)
class Sip:
    """
    Registrations and calls; times in seconds.

    @ivar media_ports: first and last, L{None} where the system chooses.
    """

    listen: tuple[Listen, ...] = key(
        ["udp:5060", "tcp:5060"], listeners(["udp", "tcp"])
    )
    digest: tuple[str, ...] = key(["MD5"], algorithms(*ALGORITHMS))
    max_contacts: int = key(10, whole(1, 100))
    enrol: str = key("operator", oneOf("operator", "lan"))
    max_enrolled: int = key(1000, whole(0, 1000000))
    echo_numbers: tuple[str, ...] = key(
        ["12341", "12340"], listOf(_digits, "numbers of 1 to 15 digits", 20)
    )
    directory_number: str = key("1188", _digits)
    shortest_expires: int = key(60, whole(1, 3600, "seconds"))
    usual_expires: int = key(3600, whole(1, 86400, "seconds"))
    longest_expires: int = key(3600, whole(1, 86400, "seconds"))
    nat_expires: int = key(180, whole(30, 86400, "seconds"))
    nonce_lifetime: int = key(300, whole(10, 86400, "seconds"))
    ring_timeout: int = key(185, whole(181, 600, "seconds"))
    max_transactions: int = key(100000, whole(100, 10000000))
    max_calls: int = key(10000, whole(1, 1000000))
    max_subscriptions: int = key(100000, whole(0, 10000000))
    max_message: int = key(65536, whole(2048, 1048576, "bytes"))
    max_headers: int = key(200, whole(20, 10000))
    max_streams: int = key(4096, whole(1, 1000000))
    max_streams_per_address: int = key(64, whole(1, 1000000))
    stream_idle: int = key(3600, whole(30, 86400, "seconds"))
    stream_timeout: int = key(30, whole(1, 600, "seconds"))
    echo_calls: int = key(20, whole(0, 1000))
    echo_seconds: int = key(300, whole(1, 86400, "seconds"))
    media_ports: tuple[int, int] | None = key("auto", mediaPorts)


@dataclass(frozen=True)
class Guard:
    """
    Limits for floods, scanners and those who guess passwords.
    """

    exempt: Networks = key(list(LOCAL), networks, follows="server.local_networks")
    requests_per_second: int = key(50, whole(1, 100000))
    burst: int = key(200, whole(1, 1000000))
    login_failures: int = key(10, whole(1, 10000))
    failure_window: int = key(600, whole(1, 86400, "seconds"))
    ban_seconds: int = key(600, whole(1, 2592000, "seconds"))
    max_addresses: int = key(100000, whole(100, 10000000))


@dataclass(frozen=True)
class Stun:
    """
    Phones that ask by which address the world sees them.
    """

    listen: tuple[Listen, ...] = key(["udp:3478"], listeners(["udp"]))


@dataclass(frozen=True)
class Xmpp:
    """
    Messages; times in seconds.
    """

    listen: tuple[Listen, ...] = key(["tcp:5222"], listeners(["tcp", "tls"]))
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
    component_listen: tuple[Listen, ...] = key([], listeners(["tcp"]))
    components: Components = key({}, components)
    upstream: Upstream | None = key({}, upstream)
    bot: str = key("info", _label)
    max_bot_answers: int = key(20, whole(1, 1000))
    login_timeout: int = key(60, whole(5, 600, "seconds"))
    login_tries: int = key(3, whole(1, 100))
    keepalive: int = key(300, whole(10, 86400, "seconds"))
    close_timeout: int = key(5, whole(1, 60, "seconds"))
    max_streams: int = key(20000, whole(1, 1000000))
    max_streams_per_address: int = key(256, whole(1, 1000000))
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


@dataclass(frozen=True)
class Http:
    """
    Pages for phones, people and operators.
    """

    listen: tuple[Listen, ...] = key(["tcp:8080"], listeners(["tcp"]))
    trusted_proxies: Networks = key([], networks)
    phone_access: str = key("known", oneOf("known", "lan", "any"))
    max_request: int = key(16384, whole(1024, 1048576, "bytes"))
    max_connections: int = key(1024, whole(1, 1000000))
    timeout: int = key(30, whole(1, 600, "seconds"))
    session_minutes: int = key(30, whole(1, 1440, "minutes"))
    session_hours: int = key(12, whole(1, 720, "hours"))
    max_sessions: int = key(10000, whole(10, 1000000))
    max_logins: int = key(16, whole(1, 1000))
    max_live: int = key(16, whole(0, 1000))


@dataclass(frozen=True)
class Dns:
    """
    The override resolver, which leads the vendor's names here.
    """

    listen: tuple[Listen, ...] = key([], listeners(["udp", "tcp"]))
    upstream: tuple[tuple[str, int], ...] = key([], resolvers)
    names: tuple[str, ...] = key(list(VENDOR), listOf(domain, "host names", 1000))
    access: str = key("local", oneOf("local", "any"))
    queries_per_second: int = key(100, whole(1, 100000))
    cache_entries: int = key(10000, whole(0, 1000000))


@dataclass(frozen=True)
class Discovery:
    """
    Being found by phones and people on the same link.
    """

    enabled: bool = key(True, switch)
    interfaces: tuple[str, ...] = key([], listOf(_interface, "interfaces", 100))
    requests_per_second: int = key(20, whole(1, 1000))
    requests_in_all: int = key(100, whole(1, 10000))


@dataclass(frozen=True)
class Firmware:
    """
    Firmware and language files for phones.
    """

    directory: Path = key("firmware", path)


@dataclass(frozen=True)
class Templates:
    """
    The operator's own templates and values for phones' settings.
    """

    directory: Path = key("templates", path)


@dataclass(frozen=True)
class Info:
    """
    The information services.
    """

    language: str = key("en", matching("[a-z]{2}", "a language code of two letters"))
    weather: str = key("open-meteo", oneOf("open-meteo", "met", "bright-sky"))
    contact: str = key("", matching(r"[!-~]{0,100}", "an e-mail or web address"))
    open_meteo_url: str = key("https://api.open-meteo.com/v1/forecast", webUrl)
    met_url: str = key(
        "https://api.met.no/weatherapi/locationforecast/2.0/compact", webUrl
    )
    bright_sky_url: str = key("https://api.brightsky.dev", webUrl)
    air_quality_url: str = key(
        "https://air-quality-api.open-meteo.com/v1/air-quality", webUrl
    )
    pollen_url: str = key(
        "https://opendata.dwd.de/climate_environment/health/alerts/s31fg.json", webUrl
    )
    ecb_url: str = key(
        "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml", webUrl
    )
    feeds: tuple[str, ...] = key([], listOf(webUrl, "web addresses", 20))
    private_feeds: bool = key(False, switch)
    plugins: Path = key("plugins", path)
    images: Path = key("images", path)
    image_hosts: tuple[str, ...] = key([], listOf(domain, "host names", 100))
    fnt: str = key("off", oneOf("off", "little", "big"))
    max_image: int = key(262144, whole(1024, 16777216, "bytes"))
    max_pixels: int = key(1000000, whole(256, 100000000))
    max_handsets: int = key(20, whole(1, 1000))
    max_screens: int = key(20000, whole(0, 1000000))
    max_items: int = key(5000, whole(10, 1000000))
    forget_after: int = key(86400, whole(60, 2592000, "seconds"))
    connect_timeout: int = key(5, whole(1, 60, "seconds"))
    fetch_timeout: int = key(15, whole(1, 300, "seconds"))
    parse_timeout: int = key(10, whole(1, 300, "seconds"))
    max_body: int = key(1048576, whole(1024, 67108864, "bytes"))
    max_fetches: int = key(8, whole(1, 100))
    max_fetches_per_host: int = key(2, whole(1, 20))
    fetch_spacing: float = key(0.5, number(0, 3600, "seconds"))
    fetches_per_day: int = key(9000, whole(1, 10000000))


@dataclass(frozen=True)
class Directory:
    """
    The online directory and its books.
    """

    books: Path = key("books", path)
    no_hit: str = key("window", oneOf("window", "notfound", "plain"))
    short_names: int = key(0, whole(0, 64))
    max_contacts: int = key(2000, whole(0, 100000))
    max_entries: int = key(10000, whole(0, 1000000))
    max_book: int = key(8388608, whole(1024, 1073741824, "bytes"))
    max_results: int = key(200, whole(0, 100000))
    searches_per_second: int = key(10, whole(1, 10000))


@dataclass(frozen=True)
class Privacy:
    """
    How long what is kept.
    """

    checkin_days: int = key(2, whole(1, 3650, "days"))
    message_days: int = key(14, whole(1, 3650, "days"))
    inactive_days: int = key(400, whole(1, 3650, "days"))


@dataclass(frozen=True)
class Log:
    """
    What the daemon tells its operator.
    """

    level: str = key("info", oneOf("debug", "info", "warn", "error", "critical"))
    format: str = key("text", oneOf("text", "json"))


@dataclass(frozen=True)
class Config:
    """
    @ivar source: the file it was read from, C{""} for the built-in defaults.
    """

    server: Server = Server()
    store: Store = Store()
    sip: Sip = Sip()
    guard: Guard = Guard()
    stun: Stun = Stun()
    xmpp: Xmpp = Xmpp()
    http: Http = Http()
    dns: Dns = Dns()
    discovery: Discovery = Discovery()
    firmware: Firmware = Firmware()
    templates: Templates = Templates()
    info: Info = Info()
    directory: Directory = Directory()
    privacy: Privacy = Privacy()
    log: Log = Log()
    source: str = ""

    def get(self, dotted: str) -> Any:
        """
        The value of a key.
        """
        section, _, name = dotted.partition(".")
        return getattr(getattr(self, section), name)


SECTIONS: dict[str, Any] = {
    one.name: type(one.default) for one in fields(Config) if one.name != "source"
}
KEYS: dict[str, Field[Any]] = {
    f"{section}.{one.name}": one
    for section, kind in SECTIONS.items()
    for one in fields(kind)
}


class Order(NamedTuple):
    """
    Two keys of which the first must not be above the second.
    """

    low: str
    high: str


ORDERS = (
    Order("sip.shortest_expires", "sip.usual_expires"),
    Order("sip.usual_expires", "sip.longest_expires"),
    Order("sip.max_streams_per_address", "sip.max_streams"),
    Order("xmpp.max_streams_per_address", "xmpp.max_streams"),
)


def disorders(config: Config) -> Iterator[Order]:
    """
    The pairs of keys that are each allowed but not together.
    """
    for order in ORDERS:
        if config.get(order.low) > config.get(order.high):
            yield order


def differences(old: Config, new: Config) -> tuple[str, ...]:
    """
    The dotted keys that differ, as a reload has to know.
    """
    return tuple(name for name in KEYS if old.get(name) != new.get(name))
