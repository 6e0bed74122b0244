# -*- test-case-name: tests.cli.test_parser -*-
"""
The command line of gigasetctl; the HTTP API takes its verbs and their
descriptions from here (L{gigasetd.web.admin.openapi}).

Layer 3 (I/O).
"""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from difflib import get_close_matches
from typing import Any, NoReturn

from gigasetd.auth.tokens import SCOPES
from gigasetd.config.validators import NotAllowed, resolvers
from gigasetd.registry.model import SERVICES

ID = "the device's number or MAC address"
STDIN = "; '-' reads standard input"
"""Ends the help of arguments that gigasetctl may read from standard input."""

CHECK_CONFIG = "check a configuration file; needs no running daemon"


SYNONYMS = {
    "delete": "remove",
    "rm": "remove",
    "del": "remove",
    "ls": "list",
    "create": "add",
    "new": "add",
    "info": "show",
    "revoke": "remove",
    "passwd": "password",
}
"""Word that other programs use -> ours."""

_INVALID = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)", re.S)


class VerbParser(ArgumentParser):
    """
    A parser whose errors suggest the verb that was meant.
    """

    def error(self, message: str) -> NoReturn:
        """
        Print usage and error, and exit with status 2.
        """
        match = _INVALID.search(message)
        if match:
            meant = suggestion(match[1], re.findall(r"[\w-]+", match[2]))
            message += f"; did you mean {meant!r}?" if meant else ""
        super().error(message)


def suggestion(word: str, words: list[str]) -> str:
    """
    Find the verb that a wrong word means; C{""} for none.
    """
    if SYNONYMS.get(word) in words:
        return SYNONYMS[word]
    return next(iter(get_close_matches(word, words, 1)), "")


def commandLine() -> ArgumentParser:
    """
    Build the parser; its result holds the verb as C{verb}.
    """
    parser = VerbParser(
        "gigasetctl",
        parents=[_options()],
        allow_abbrev=False,
        description="Manage the running gigasetd.",
        epilog="Exit status: 0 done, 1 refused, 2 wrong usage, 3 daemon not reachable.",
    )
    verbs = VerbGroup(parser)
    verbs.leaf("status", "show daemon status")
    _devices(verbs.branch("device", "manage devices and their accounts"))
    _services(verbs.branch("service", "turn services of an account on or off"))
    _books(verbs.branch("book", "import or export an owner's private phone book"))
    verbs.leaf("registrations", "list SIP registrations")
    verbs.leaf("calls", "list active calls")
    verbs.leaf("streams", "list XMPP sessions")
    _messages(verbs.branch("message", "send messages to owners"))
    _bans(verbs.leaf("bans", "list banned addresses (too many wrong passwords)"))
    _tokens(verbs.branch("token", "manage tokens for scripts and browsers"))
    _notices(verbs.branch("notice", "manage notices shown on all phones"))
    keys = verbs.branch("key", "manage the key that encrypts stored passwords")
    keys.leaf("rotate", "create a new key and encrypt all passwords with it")
    verbs.leaf("dhcp", "print DHCP server settings that send phones here")
    verbs.leaf("reload", "apply configuration changes, as SIGHUP does")
    _backups(verbs)
    _checks(verbs)
    return parser


def _options() -> ArgumentParser:
    # A parent of all parsers, so that they may stand before and behind the verb.
    options = ArgumentParser(add_help=False, argument_default=SUPPRESS)
    options.add_argument(
        "--config", metavar="FILE", help="the daemon's configuration file"
    )
    options.add_argument("--socket", metavar="PATH", help="the daemon's control socket")
    options.add_argument(
        "--json", action="store_true", help="machine-readable output (JSON)"
    )
    return options


class VerbGroup:
    """
    Words of which one must follow on the command line.
    """

    def __init__(self, parser: ArgumentParser, before: str = "") -> None:
        self._before = before
        self._words: Any = parser.add_subparsers(
            required=True, title="verbs", metavar="VERB"
        )

    def branch(self, word: str, what: str) -> VerbGroup:
        """
        Add a word that another word follows.
        """
        parser = self._words.add_parser(
            word,
            help=what,
            description=_sentence(what),
            allow_abbrev=False,
            parents=[_options()],
        )
        return VerbGroup(parser, f"{self._before}{word} ")

    def leaf(self, word: str, what: str, verb: str = "") -> ArgumentParser:
        """
        Add a word that completes a verb.

        @param verb: the verb that C{word} is another spelling of; C{--help} does
            not list the word then.
        """
        listed = {} if verb else {"help": what}
        parser: ArgumentParser = self._words.add_parser(
            word,
            **listed,
            description=_sentence(what),
            allow_abbrev=False,
            parents=[_options()],
        )
        parser.set_defaults(verb=verb or self._before + word)
        return parser


def _sentence(what: str) -> str:
    return f"{what[0].upper()}{what[1:]}."


def _devices(devices: VerbGroup) -> None:
    _deviceAdd(devices.leaf("add", "add a device and its account"))
    leaf = devices.leaf("import", "add the devices of a CSV file, all or none")
    leaf.add_argument("csv", metavar="FILE.csv", help=f"the file{STDIN}")
    leaf = devices.leaf("list", "list all devices")
    leaf.add_argument(
        "--guests", action="store_true", help="list phones that are not added instead"
    )
    _identified(devices.leaf("show", "show one device"))
    _devicePassword(devices.leaf("password", "set a password; ends all registrations"))
    _deviceDigest(
        devices.leaf("digest", "set the digest algorithms offered to the phone")
    )
    _identified(
        devices.leaf("reset-pin", "reset factory pairing; accept the next phone")
    )
    leaf = devices.leaf("sync", "make the phone fetch its settings now")
    _identified(leaf)
    leaf.add_argument("--no-reboot", action="store_true", help="don't reboot the phone")
    for word, what in (
        ("accept", "install an offered firmware version"),
        ("decline", "do not install an offered firmware version"),
    ):
        leaf = devices.leaf(word, what)
        _identified(leaf)
        leaf.add_argument("version", metavar="VERSION", help="as device show lists it")
    _identified(devices.leaf("remove", "delete a device and its account"))
    _identified(devices.leaf("export", "print everything stored about a device"))
    leaf = devices.leaf("erase", "delete personal data; keep device and number")
    _identified(leaf)
    leaf.add_argument(
        "--all", action="store_true", help="delete the device and its account, too"
    )


def _devicePassword(leaf: ArgumentParser) -> None:
    _identified(leaf)
    leaf.add_argument("password", nargs="?", help=f"generated if left out{STDIN}")
    leaf.add_argument(
        "--messaging",
        action="store_true",
        help="only for messaging and /account/; the phone keeps its factory password",
    )


def _deviceDigest(leaf: ArgumentParser) -> None:
    _identified(leaf)
    leaf.add_argument(
        "algorithms",
        nargs="?",
        metavar="LIST",
        help="such as SHA-256,MD5; those of sip.digest if left out",
    )


def _deviceAdd(leaf: ArgumentParser) -> None:
    leaf.add_argument(
        "--mac", metavar="MAC", required=True, help="MAC address, in any usual spelling"
    )
    leaf.add_argument("--number", metavar="NUMBER", help="generated if left out")
    login = leaf.add_mutually_exclusive_group()
    login.add_argument(
        "--password", metavar="PASSWORD", help=f"generated if left out{STDIN}"
    )
    login.add_argument(
        "--factory", action="store_true", help="use the phone's factory log-in"
    )
    leaf.add_argument(
        "--rolling",
        action="store_true",
        help="rolling log-in: each response works once; needs --factory",
    )
    leaf.add_argument("--serial", metavar="SERIAL", help="serial number")
    leaf.add_argument("--item-number", metavar="ITEM", help="item number on the box")
    leaf.add_argument("--product", metavar="NAME", help="product name")
    leaf.add_argument("--nickname", metavar="NICK", help="name in the directory")
    leaf.add_argument(
        "--mac-id", metavar="XXXX", help="four characters after the MAC on the box"
    )


def _services(services: VerbGroup) -> None:
    for word, what in (
        ("enable", "turn a service on"),
        ("disable", "turn a service off and delete its data"),
    ):
        leaf = services.leaf(word, what)
        _identified(leaf)
        leaf.add_argument("service", choices=SERVICES)


def _books(books: VerbGroup) -> None:
    leaf = books.leaf("import", "replace the phone book by a vCard or CSV file")
    _identified(leaf)
    leaf.add_argument("book", metavar="FILE", help=f"the file{STDIN}")
    _identified(books.leaf("export", "print the phone book as vCards"))


def _bans(leaf: ArgumentParser) -> None:
    # "bans" is a verb by itself, and the first word of another one.
    words = leaf.add_subparsers(title="verbs", metavar="VERB")
    leaf.usage = "gigasetctl bans [-h] [lift ADDRESS]"
    what = "lift the ban of an address"
    lift = words.add_parser(
        "lift",
        help=what,
        description=_sentence(what),
        allow_abbrev=False,
        parents=[_options()],
    )
    lift.set_defaults(verb="bans lift")
    lift.add_argument("address", metavar="ADDRESS", help="IPv4 or IPv6 address")


def _tokens(tokens: VerbGroup) -> None:
    leaf = tokens.leaf("add", "create a token and print it; it is shown only once")
    leaf.add_argument("name", metavar="NAME", help="its name in token list")
    leaf.add_argument("--scope", choices=SCOPES, help="what it may do: admin if absent")
    tokens.leaf("list", "list the names and scopes of all tokens")
    leaf = tokens.leaf("remove", "revoke a token")
    leaf.add_argument("name", metavar="NAME", help="as token list shows it")


def _messages(messages: VerbGroup) -> None:
    leaf = messages.leaf("send", "send a message to a device's owner; kept if offline")
    _identified(leaf)
    leaf.add_argument("text", metavar="TEXT", help="at most 612 characters")


def _notices(notices: VerbGroup) -> None:
    leaf = notices.leaf("add", "show a notice on all phones")
    leaf.add_argument("name", metavar="NAME", help="for notice remove")
    leaf.add_argument("text", metavar="TEXT", help="at most 1000 characters")
    leaf.add_argument(
        "--days", metavar="DAYS", help="how long it is shown; unlimited if left out"
    )
    notices.leaf("list", "list all notices")
    leaf = notices.leaf("remove", "remove a notice")
    leaf.add_argument("name", metavar="NAME", help="as notice list shows it")


def _backups(verbs: VerbGroup) -> None:
    leaf = verbs.leaf("backup", "write all data into a file")
    leaf.add_argument("archive", metavar="FILE", help="overwritten if it exists")
    leaf = verbs.leaf("restore", "restore a backup (SQLite or PostgreSQL)")
    leaf.add_argument("archive", metavar="FILE", help="written by gigasetctl backup")
    leaf.add_argument(
        "--force", action="store_true", help="replace all data of this daemon"
    )


def _checks(verbs: VerbGroup) -> None:
    checks = verbs.branch("check", "run diagnostics")
    leaf = checks.leaf("config", CHECK_CONFIG)
    leaf.add_argument("file", nargs="?", metavar="FILE", help="the file to check")
    leaf = checks.leaf("dns", "check that the vendor's names resolve to this server")
    leaf.add_argument(
        "--resolver",
        type=_resolver,
        metavar="ADDRESS[:PORT]",
        help="DNS server to query; this machine's own if left out",
    )
    checks.leaf("certificates", "check the TLS certificate as clients do")
    _identified(checks.leaf("phone", "diagnose a phone's connection"))
    leaf = verbs.leaf("check-config", CHECK_CONFIG, "check config")
    leaf.add_argument("file", nargs="?", metavar="FILE", help="the file to check")


def _resolver(text: str) -> tuple[str, int]:
    try:
        return resolvers([text])[0]
    except NotAllowed as error:
        reason = f"found {text!r}, allowed is {error.allowed}"
        raise ArgumentTypeError(reason) from None


def _identified(leaf: ArgumentParser) -> None:
    leaf.add_argument("id", metavar="ID", help=ID)
