"""
Tests of the private names of libraries that gigasetd uses.

A library may drop a private name in any release.  Each such name stands here, its
library has an upper bound in setup.cfg, and raising the bound runs these tests.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, NamedTuple

from klein import Klein
from twisted.internet.abstract import FileDescriptor
from twisted.internet.testing import StringTransport
from twisted.protocols import sip
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http import HTTPChannel
from twisted.words.protocols.jabber.xmlstream import ConnectAuthenticator, XmlStream
from wokkel.component import Component

import gigasetd

SETUP = Path(__file__).resolve().parent.parent / "setup.cfg"

NAMED_TUPLE = {"_asdict", "_field_defaults", "_fields", "_make", "_replace"}
"""Documented in spite of their underscore, as is C{os._exit}."""


class Private(NamedTuple):
    """
    One private name.

    @ivar library: the distribution, as in setup.cfg; C{python} for the standard
        library.
    @ivar owner: an object that must have the name.
    @ivar reason: what gigasetd needs it for.
    """

    library: str
    owner: Any
    name: str
    reason: str


def privateNames() -> list[Private]:
    """
    List every private or undocumented name that gigasetd uses.
    """
    descriptor = FileDescriptor(reactor=object())  # type: ignore[arg-type]
    component = Component("localhost", 1, "a.example", "secret")
    channel = HTTPChannel()
    channel.makeConnection(StringTransport())
    channel.dataReceived(b"GET / HTTP/1.1\r\n")
    stream = XmlStream(ConnectAuthenticator("a.example"))
    lost = "no reference cycle of a lost connection"
    unread = "bytes that a slow client has left unread"
    turns = "one request per turn of the reactor, no reading ahead without limit"
    handshake = "log in as a component, again after each failure"
    return [
        Private("twisted", descriptor, "dataBuffer", unread),
        Private("twisted", descriptor, "offset", unread),
        Private("twisted", descriptor, "_tempDataLen", unread),
        Private(
            "twisted",
            channel,
            "_respondToBadRequestAndDisconnect",
            "an error page that a phone can show, counted",
        ),
        Private("twisted", channel, "_receivedHeaderCount", "413 or 431"),
        Private("twisted", channel, "_receivedHeaderSize", "413 or 431"),
        Private("twisted", channel, "_abortingCall", "close after a time limit"),
        Private("twisted", channel, "_version", "refuse HTTP/1.1 without Host"),
        Private("twisted", channel, "_handlingRequest", turns),
        Private("twisted", channel, "_buffer", turns),
        Private("twisted", channel, "_dataBuffer", turns),
        Private("twisted", channel, "_networkProducer", turns),
        Private("twisted", channel, "_waitingForTransport", turns),
        Private("twisted", channel, "_savedTimeOut", "time limit of each request"),
        Private("twisted", channel, "_transferDecoder", lost),
        Private("twisted", stream, "_eventObservers", lost),
        Private("twisted", stream, "_xpathObservers", lost),
        Private("klein", Klein(), "_error_handlers", "rendering without a cycle"),
        Private("twisted", XmlStream, "_initializeStream", "a parser with limits"),
        Private("twisted", XmlStream, "_headerSent", "errors before the header"),
        Private("twisted", sip.Message, "_getHeaderLine", "same first line of a dump"),
        Private("wokkel", component, "_getConnection", handshake),
        Private("wokkel", component, "_authd", handshake),
        Private("wokkel", component, "_disconnected", handshake),
        Private("wokkel", component, "_initialized", handshake),
        Private("wokkel", component, "_reactor", handshake),
        Private("python", ArgumentParser(), "_actions", "API from the CLI's parser"),
    ]


def ourModules() -> Iterator[ModuleType]:
    """
    Import every module of gigasetd.
    """
    for module in walk_packages(gigasetd.__path__, "gigasetd."):
        yield import_module(module.name)


@cache
def parsed(module: str) -> ast.Module:
    """
    Parse the source of an imported module; without one, nothing.
    """
    path = getattr(sys.modules.get(module), "__file__", None) or ""
    return ast.parse(Path(path).read_text() if path.endswith(".py") else "")


@cache
def privateNamesOf(cls: type) -> frozenset[str]:
    """
    Find the private names that a class defines, or uses of itself.
    """
    return frozenset(
        name
        for body in ast.walk(parsed(cls.__module__))
        if isinstance(body, ast.ClassDef) and body.name == cls.__name__
        for node in ast.walk(body)
        for name in (getattr(node, key, None) for key in ("attr", "name", "id"))
        if isinstance(name, str) and re.match("_[a-z]", name)
        if not isinstance(node, ast.Attribute)
        or ast.unparse(node.value) in ("self", "cls", "super()")
    )


def inheritedPrivateNames(cls: type) -> set[str]:
    """
    Find the private names of foreign base classes that a class of ours uses.
    """
    bases = [base for base in cls.__mro__ if base.__module__ != "builtins"]
    foreign = [base for base in bases if not base.__module__.startswith("gigasetd")]
    return {
        name
        for base in foreign
        for name in privateNamesOf(cls)
        if name in privateNamesOf(base) or name in vars(base)
    }


def foreignPrivateNames(modules: list[ModuleType]) -> set[str]:
    """
    Find the private names read from objects that our code does not define.
    """
    trees = [parsed(module.__name__) for module in modules]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    ours = set()
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            ours.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            ours.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            ours.add(node.id)
    private = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr)
    }
    return private - ours - NAMED_TUPLE - {"_exit"}


class PrivateNameTests(SynchronousTestCase):
    """
    A release of a library that drops a private name is noticed here.
    """

    def test_present(self) -> None:
        """
        The installed libraries have every private name that gigasetd uses.
        """
        for private in privateNames():
            if not hasattr(private.owner, private.name):
                self.fail(
                    f"{private.library} no longer has {private.name}, which gigasetd "
                    f"uses for: {private.reason}. Find in its source what replaces "
                    "the name and use that, or lower the upper bound in setup.cfg"
                )

    def test_listed(self) -> None:
        """
        Every private name that gigasetd uses stands in the list above.
        """
        modules = list(ourModules())
        used = foreignPrivateNames(modules)
        for module in modules:
            for cls in vars(module).values():
                if inspect.isclass(cls) and cls.__module__ == module.__name__:
                    used |= inheritedPrivateNames(cls)
        listed = {private.name for private in privateNames()}
        missing = sorted(used - listed)
        self.assertFalse(
            missing,
            f"private names of a library, not listed: {missing}. Use a public name, or "
            "add them to privateNames(), with an upper bound in setup.cfg",
        )

    def test_bounded(self) -> None:
        """
        Each library with a private name in use has an upper bound in setup.cfg.
        """
        setup = ConfigParser()
        setup.read(SETUP)
        bounds = dict(
            line.split(" ", 1)
            for line in setup["options"]["install_requires"].split("\n")
            if line
        )
        for library in sorted({private.library for private in privateNames()}):
            if library == "python":
                continue
            self.assertIn(
                "<",
                bounds[library],
                f"{library} needs an upper bound in setup.cfg: the release after "
                f"{version(library)} that these tests have not been run with",
            )
