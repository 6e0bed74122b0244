# -*- test-case-name: tests.cli.test_main -*-
"""
The command line of gigasetctl.

Layer 3 (I/O).
"""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from typing import Any

from gigasetd.config.validators import resolvers
from gigasetd.registry.model import SERVICES

ID = "a number, or a MAC in any usual spelling"


def usage() -> ArgumentParser:
    """
    What may be written, and what is then done (C{verb} in the result).
    """
    parser = ArgumentParser(
        "gigasetctl",
        parents=[_everywhere()],
        allow_abbrev=False,
        description="Ask the running gigasetd. Exit status: 0 done, 1 refused, "
        "2 wrong usage, 3 the daemon does not answer.",
    )
    verbs = Branch(parser)
    verbs.leaf("status", "how the daemon is")
    _devices(verbs.branch("device", "devices and their accounts"))
    _services(verbs.branch("service", "services that can be switched off"))
    _books(verbs.branch("book", "the private book of a device's owner"))
    verbs.leaf("registrations", "who is registered, and where")
    verbs.leaf("calls", "the calls under way")
    verbs.leaf("streams", "who is connected for messages")
    _messages(verbs.branch("message", "messages of the operator's own"))
    _bans(verbs.leaf("bans", "who is kept out for guessing passwords"))
    _tokens(verbs.branch("token", "tokens for scripts and browsers"))
    _notices(verbs.branch("notice", "what everybody is told on the phones"))
    keys = verbs.branch("key", "the key that stored passwords are sealed under")
    keys.leaf("rotate", "make a new one, and seal all passwords under it")
    verbs.leaf("dhcp", "lines by which DHCP servers send phones here")
    verbs.leaf("reload", "read the configuration again, as SIGHUP does")
    _backups(verbs)
    _checks(verbs)
    return parser


def _everywhere() -> ArgumentParser:
    """
    The options that are taken before the verb and behind it.
    """
    options = ArgumentParser(add_help=False, argument_default=SUPPRESS)
    options.add_argument("--config", metavar="FILE", help="the daemon's configuration")
    options.add_argument("--socket", metavar="PATH", help="the daemon's control socket")
    options.add_argument("--json", action="store_true", help="print one JSON document")
    return options


class Branch:
    """
    A place in the command line where a word must follow.
    """

    def __init__(self, parser: ArgumentParser, before: str = "") -> None:
        self._before = before
        self._words: Any = parser.add_subparsers(required=True, metavar="VERB")

    def branch(self, word: str, what: str) -> Branch:
        """
        A word that another one follows.
        """
        parser = self._words.add_parser(word, help=what, allow_abbrev=False)
        return Branch(parser, f"{self._before}{word} ")

    def leaf(self, word: str, what: str, verb: str = "") -> ArgumentParser:
        """
        A word that makes the verb complete.
        """
        parser: ArgumentParser = self._words.add_parser(
            word,
            help=what,
            description=what,
            allow_abbrev=False,
            parents=[_everywhere()],
        )
        parser.set_defaults(verb=verb or self._before + word)
        return parser


def _devices(devices: Branch) -> None:
    """
    C{device ...}.
    """
    _add(devices.leaf("add", "add a device and its account"))
    leaf = devices.leaf("import", "add the devices of a table, all or none")
    leaf.add_argument("csv", metavar="FILE.csv", help="'-' for standard input")
    leaf = devices.leaf("list", "all devices")
    leaf.add_argument("--guests", action="store_true", help="unknown ones instead")
    _identified(devices.leaf("show", "one device"))
    leaf = devices.leaf("password", "a new password; ends the registrations")
    _identified(leaf)
    leaf.add_argument(
        "password", nargs="?", help="generated when left out; '-': standard input"
    )
    leaf.add_argument(
        "--messaging",
        action="store_true",
        help="of a factory account: for messaging and /account/ alone",
    )
    leaf = devices.leaf("digest", "which digest algorithms it is offered")
    _identified(leaf)
    leaf.add_argument(
        "algorithms",
        nargs="?",
        metavar="LIST",
        help="such as SHA-256,MD5; those of sip.digest when left out",
    )
    _identified(devices.leaf("reset-pin", "let the next phone that comes be its"))
    leaf = devices.leaf("sync", "make it fetch its settings now")
    _identified(leaf)
    leaf.add_argument(
        "--no-reboot", action="store_true", help="ask it not to start anew for that"
    )
    for word, what in (
        ("accept", "have a firmware that is offered"),
        ("decline", "do without a firmware that is offered"),
    ):
        leaf = devices.leaf(word, what)
        _identified(leaf)
        leaf.add_argument("version", metavar="VERSION", help="as device show tells it")
    _identified(devices.leaf("remove", "forget a device and its account"))
    _identified(devices.leaf("export", "everything stored about a device"))
    leaf = devices.leaf("erase", "forget what need not be kept")
    _identified(leaf)
    leaf.add_argument("--all", action="store_true", help="device and account too")


def _add(leaf: ArgumentParser) -> None:
    """
    C{device add}.
    """
    leaf.add_argument("--mac", metavar="M", required=True)
    leaf.add_argument("--number", metavar="N", help="generated when left out")
    login = leaf.add_mutually_exclusive_group()
    login.add_argument(
        "--password", metavar="P", help="generated when left out; '-': standard input"
    )
    login.add_argument(
        "--factory", action="store_true", help="it logs in as its factory set it"
    )
    leaf.add_argument(
        "--rolling",
        action="store_true",
        help="with --factory: each of its answers is good for once",
    )
    leaf.add_argument("--serial", metavar="S")
    leaf.add_argument("--item-number", metavar="I")
    leaf.add_argument("--product", metavar="NAME")
    leaf.add_argument("--nickname", metavar="NICK")
    leaf.add_argument(
        "--mac-id", metavar="XXXX", help="what follows the MAC on the box"
    )


def _services(services: Branch) -> None:
    """
    C{service ...}.
    """
    for word, what in (
        ("enable", "switch a service on"),
        ("disable", "switch a service off and drop its data"),
    ):
        leaf = services.leaf(word, what)
        _identified(leaf)
        leaf.add_argument("service", choices=SERVICES)


def _books(books: Branch) -> None:
    """
    C{book ...}.
    """
    leaf = books.leaf("import", "replace it by a file of vCards or a table")
    _identified(leaf)
    leaf.add_argument("book", metavar="FILE", help="'-' for standard input")
    _identified(books.leaf("export", "print it as vCards"))


def _bans(leaf: ArgumentParser) -> None:
    """
    C{bans}, a word by itself, and C{bans lift}.
    """
    words = leaf.add_subparsers(metavar="lift ADDRESS")
    lift = words.add_parser(
        "lift",
        help="let an address in again",
        description="let an address in again",
        allow_abbrev=False,
        parents=[_everywhere()],
    )
    lift.set_defaults(verb="bans lift")
    lift.add_argument("address", metavar="ADDRESS")


def _tokens(tokens: Branch) -> None:
    """
    C{token ...}.
    """
    leaf = tokens.leaf("add", "make a token and print it, this once")
    leaf.add_argument("name", metavar="NAME")
    tokens.leaf("list", "the tokens' names")
    leaf = tokens.leaf("remove", "make a token worthless")
    leaf.add_argument("name", metavar="NAME")


def _messages(messages: Branch) -> None:
    """
    C{message ...}.
    """
    leaf = messages.leaf("send", "write to one device's owner; it waits if need be")
    leaf.add_argument("id", metavar="ID", help=ID)
    leaf.add_argument("text", metavar="TEXT", help="at most 612 characters")


def _notices(notices: Branch) -> None:
    """
    C{notice ...}.
    """
    leaf = notices.leaf("add", "tell everybody something")
    leaf.add_argument("name", metavar="NAME", help="by which it is removed again")
    leaf.add_argument("text", metavar="TEXT")
    leaf.add_argument("--days", metavar="N", help="for how long; for ever without")
    notices.leaf("list", "what everybody is told")
    leaf = notices.leaf("remove", "tell it no longer")
    leaf.add_argument("name", metavar="NAME")


def _backups(verbs: Branch) -> None:
    """
    C{backup} and C{restore}.
    """
    leaf = verbs.leaf("backup", "write everything into a file")
    leaf.add_argument("archive", metavar="FILE", help="replaced where it exists")
    leaf = verbs.leaf("restore", "bring a backup back, from whichever database")
    leaf.add_argument("archive", metavar="FILE")
    leaf.add_argument(
        "--force", action="store_true", help="replace everything that is there"
    )


def _checks(verbs: Branch) -> None:
    """
    C{check ...}, and the form of it that is one word.
    """
    what = "whether a configuration file is good; needs no daemon"
    checks = verbs.branch("check", "whether everything is as it must be")
    leaf = checks.leaf("config", what)
    leaf.add_argument("file", nargs="?", metavar="FILE")
    leaf = checks.leaf("dns", "whether the vendor's names lead to this server")
    leaf.add_argument(
        "--resolver",
        type=lambda text: resolvers([text])[0],
        metavar="ADDRESS",
        help="whom to ask, else whom this machine asks; ADDRESS:PORT is possible",
    )
    checks.leaf("certificates", "whether the certificate is good for clients")
    _identified(checks.leaf("phone", "how far a phone has come, and what stops it"))
    leaf = verbs.leaf("check-config", what, "check config")
    leaf.add_argument("file", nargs="?", metavar="FILE")


def _identified(leaf: ArgumentParser) -> None:
    """
    A verb about one device.
    """
    leaf.add_argument("id", metavar="ID", help=ID)
