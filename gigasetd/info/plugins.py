# -*- test-case-name: tests.info.test_plugins -*-
"""
Reads the operator's pages: small Python files and templates, at start.

A faulty file is logged and left out. A page that fails later says that it is
not available. Both leave all other pages alone.

Layer 3 (I/O).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from twisted.logger import Logger

from gigasetd.errors import BadValue
from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Info, Line, Page, Text
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.info.templatepage import TemplateService, parseDescription
from gigasetd.process.ownfolder import WRITABLE, checkUnshared

LARGEST = 65536  #: bytes of one file
MOST = 50  #: pages
RESERVED = frozenset(("menu", "none", "request"))

_NAME = re.compile("[a-z][a-z0-9]{0,23}")

T = TypeVar("T")
log = Logger()


class GuardedPlugin(Service):
    """
    A service that catches and logs all errors of a plugin.
    """

    def __init__(self, service: Service, counts: dict[str, int]) -> None:
        self.inner = service
        self.id = service.id
        self.parts = service.parts
        self.audience = service.audience
        self.usual = service.usual
        self.ticks = service.ticks
        self.pictured = service.pictured
        self._counts = counts

    def title(self, words: Translator) -> str:
        return self._attempt(lambda: str(self.inner.title(words)), self.id)

    def present(self, context: PageContext) -> bool:
        """
        Whether the menu shows it now.
        """
        return self._attempt(lambda: bool(self.inner.present(context)), False)

    def page(self, context: PageContext) -> Page:
        """
        Return its page, or one that says it is not available.
        """
        sorry = Text(context.words("Not available at the moment."))
        instead: Page = Info(self.title(context.words), [sorry])

        def render() -> Page:
            page = self.inner.page(context)
            # Some faults of a page show only when it is encoded.
            page.encode()
            return page

        return self._attempt(render, instead)

    def lines(self, context: PageContext) -> list[Line]:
        """
        Return its lines for the idle display.
        """
        return self._attempt(
            lambda: [Line(*line) for line in self.inner.lines(context)], []
        )

    def _attempt(self, make: Callable[[], T], instead: T) -> T:
        try:
            return make()
        except Exception:
            # A plugin may raise anything.
            self._counts["plugin_faults"] += 1
            log.failure("plugin {name} failed", name=self.id)
            return instead


def readPlugins(
    directory: Path, taken: Collection[str], counts: dict[str, int]
) -> list[Service]:
    """
    Read all plugins, sorted by name.

    @param taken: ids of built-in services.
    @param counts: C{plugin_faults} counts errors.
    """
    counts.setdefault("plugin_faults", 0)
    plugins: dict[str, Service] = {}
    for path in _files(directory):
        name = path.stem
        try:
            if not _NAME.fullmatch(name) or name in {*taken, *RESERVED, *plugins}:
                raise BadValue(
                    "the file name must be lower-case letters and digits, a letter "
                    "first, and not the name of another page"
                )
            plugins[name] = GuardedPlugin(_READERS[path.suffix](path), counts)
        except Exception as error:
            counts["plugin_faults"] += 1
            log.error(
                "plugin {file} is not loaded: {kind}: {reason}",
                file=str(path),
                kind=type(error).__name__,
                reason=str(error)[:200],
            )
    return list(plugins.values())


def _files(directory: Path) -> Iterator[Path]:
    if directory.is_dir():
        paths = sorted(directory.iterdir())
        yield from [path for path in paths if path.suffix in _READERS][:MOST]


def _read(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadValue(f"the file must have at most {LARGEST} bytes")
    return data.decode("utf-8")


def _python(path: Path) -> Service:
    # A user who can change the file runs programs as the daemon's user.
    checkUnshared(path.parent)
    if path.stat().st_mode & WRITABLE:
        raise BadValue(f"other users may write to the file: chmod go-w {path}")
    spec = spec_from_file_location(f"gigasetd_page_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BadValue("the file cannot be read")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    service: Any = getattr(module, "service", None)
    if not isinstance(service, Service):
        raise BadValue("the file must define 'service', an instance of Service")
    if service.id != path.stem:
        raise BadValue(f"the service's id must be {path.stem}")
    return service


def _template(path: Path) -> Service:
    toml = path.with_suffix(".toml")
    description = tomllib.loads(_read(toml)) if toml.exists() else {}
    # No HTML escaping: the template makes text, and the page escapes it.
    environment = ImmutableSandboxedEnvironment(
        autoescape=False, undefined=StrictUndefined, finalize=_oneLine
    )
    template = environment.from_string(_read(path))
    return TemplateService(
        path.stem, parseDescription(path.stem, description), template.render
    )


# A document's text cannot begin a new line or a line of markup.
def _oneLine(value: Any) -> Any:
    return " ".join(value.split()).lstrip("@# ") if type(value) is str else value


_READERS = {".py": _python, ".j2": _template}
