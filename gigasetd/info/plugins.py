# -*- test-case-name: tests.info.test_plugins -*-
"""
The operator's own pages: small Python files and templates, read at the start.

One that is at fault is told to the operator and left out, or says so on its
page; the others go on.

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

LARGEST = 65536  #: bytes of one file
MOST = 50  #: pages
RESERVED = frozenset(("menu", "none", "request"))

_NAME = re.compile("[a-z][a-z0-9]{0,23}")

T = TypeVar("T")
log = Logger()


class GuardedPlugin(Service):
    """
    Somebody else's service, whose faults end here.
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
        """
        What the menu calls it.
        """
        return self._tried(lambda: str(self.inner.title(words)), self.id)

    def present(self, context: PageContext) -> bool:
        """
        Whether the menu has it just now.
        """
        return self._tried(lambda: bool(self.inner.present(context)), False)

    def page(self, context: PageContext) -> Page:
        """
        Its page; encoded once, since what is wrong with it may show then only.
        """
        sorry = Text(context.words("Not available just now."))
        instead: Page = Info(self.title(context.words), [sorry])

        def render() -> Page:
            page = self.inner.page(context)
            page.encode()
            return page

        return self._tried(render, instead)

    def lines(self, context: PageContext) -> list[Line]:
        """
        What an idle handset shows of it.
        """
        return self._tried(
            lambda: [Line(*one) for one in self.inner.lines(context)], []
        )

    def _tried(self, make: Callable[[], T], instead: T) -> T:
        """
        What C{make} gives, C{instead} where it fails.
        """
        try:
            return make()
        except Exception:
            # Anything can be wrong in a file that somebody else wrote.
            self._counts["plugin_faults"] += 1
            log.failure("the page {name} of info.plugins failed", name=self.id)
            return instead


def readPlugins(
    directory: Path, taken: Collection[str], counts: dict[str, int]
) -> list[Service]:
    """
    The pages that there are, by name.

    @param taken: ids that are services already.
    @param counts: C{plugin_faults} is how often one of them failed.
    """
    counts.setdefault("plugin_faults", 0)
    found: dict[str, Service] = {}
    for path in _files(directory):
        name = path.stem
        try:
            if not _NAME.fullmatch(name) or name in {*taken, *RESERVED, *found}:
                raise BadValue("its name is taken, or is not small letters and digits")
            found[name] = GuardedPlugin(_READERS[path.suffix](path), counts)
        except Exception as error:
            counts["plugin_faults"] += 1
            log.error(
                "the page {file} is left out: {kind}: {reason}",
                file=str(path),
                kind=type(error).__name__,
                reason=str(error)[:200],
            )
    return list(found.values())


def _files(directory: Path) -> Iterator[Path]:
    """
    The files that may be pages.
    """
    if directory.is_dir():
        paths = sorted(directory.iterdir())
        yield from [path for path in paths if path.suffix in _READERS][:MOST]


def _read(path: Path) -> str:
    """
    A small text file.

    @raise BadValue: it is too large.
    """
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadValue(f"it has more than {LARGEST} bytes")
    return data.decode("utf-8")


def _python(path: Path) -> Service:
    """
    A page that is a Python file with a C{service} in it.

    @raise BadValue: it has none, or one of another name.
    """
    spec = spec_from_file_location(f"gigasetd_page_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BadValue("it cannot be read")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    service: Any = getattr(module, "service", None)
    if not isinstance(service, Service):
        raise BadValue("it has no 'service' that is a Service")
    if service.id != path.stem:
        raise BadValue(f"its service's id is not {path.stem}")
    return service


def _template(path: Path) -> Service:
    """
    A page that is a template, and what stands beside it.

    @raise BadValue: the description has no sense.
    """
    beside = path.with_suffix(".toml")
    told = tomllib.loads(_read(beside)) if beside.exists() else {}
    # What it makes is text, escaped where the page is put together.
    environment = ImmutableSandboxedEnvironment(
        autoescape=False, undefined=StrictUndefined, finalize=_oneLine
    )
    template = environment.from_string(_read(path))
    return TemplateService(
        path.stem, parseDescription(path.stem, told), template.render
    )


def _oneLine(value: Any) -> Any:
    """
    A document's text as a part of one line, which it cannot make a special
    one.
    """
    return " ".join(value.split()).lstrip("@# ") if type(value) is str else value


_READERS = {".py": _python, ".j2": _template}
