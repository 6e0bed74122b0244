# -*- test-case-name: tests.provisioning.test_rendering -*-
"""
Render settings from templates: ours, or the operator's where there is one of
that name, filled with values that the operator's files may change.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape
from twisted.logger import Logger

from gigasetd.provisioning.values import (
    BadValues,
    Values,
    fit,
    framed,
    parseValues,
    plain,
    suffix,
)

LARGEST = 256 * 1024  #: bytes of one file of values

log = Logger()


class RenderingError(Exception):
    """
    The operator's files cannot be rendered; the message says why.
    """


class SettingsTemplates:
    """
    Reads templates and files of values.

    @ivar directory: the operator's own templates and values; it need not
        exist.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        own = FileSystemLoader(str(directory))
        ours = PackageLoader("gigasetd.provisioning")
        self._environment = environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([own, ours]),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=StrictUndefined,
            finalize=_fit,
            cache_size=50,
        )
        environment.filters["framed"] = _framed
        environment.filters["plain"] = _plain
        environment.filters["suffix"] = suffix

    def layers(self, family: str, mac: str) -> list[Values]:
        """
        Return the operator's values for one device, the last counting most.

        @raise RenderingError: a file cannot be used.
        """
        names = ["defaults", f"model-{family}", "site", mac]
        return list(self._read([name for name in names if name]))

    def _read(self, names: Sequence[str]) -> Iterator[Values]:
        for name in names:
            path = self.directory / f"{name}.toml"
            try:
                with path.open("rb") as file:
                    data = file.read(LARGEST + 1)
                if len(data) > LARGEST:
                    raise BadValues(f"the file must have at most {LARGEST} bytes")
                yield parseValues(data)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, BadValues) as error:
                raise RenderingError(f"{path}: {error}") from None

    def render(self, names: Sequence[str], values: Values, encoding: str) -> bytes:
        """
        Render the first existing template of these names.

        @return: well-formed XML; characters that C{encoding} lacks are written as
            references.
        @raise RenderingError: the template fails, or its output is no XML.
        """
        try:
            template = self._environment.select_template(list(names))
            text = template.render(values)
            data = fit(text).strip().encode(encoding, "xmlcharrefreplace") + b"\n"
            ParserCreate().Parse(data, True)
        except ExpatError as error:
            raise RenderingError(
                f"{names[0]}: the result is not valid XML: {error}"
            ) from None
        except Exception as error:
            # A template may fail in any way that Python can; its text may hold
            # a password, its class never does.
            raise RenderingError(f"{names[0]}: {type(error).__name__}") from None
        return data


def _fit(value: Any) -> Any:
    # XML cannot hold every character that a value may have.
    return fit(value) if type(value) is str else value


def _framed(value: Any, name: str) -> Markup:
    # Attributes are in single quotes; the value's own double quotes stay as they
    # are: that is how phones have been seen to take it.
    return Markup(str(_quoted(framed(name, value))).replace("&#34;", '"'))


def _plain(value: Any) -> Markup:
    return _quoted(plain(value))


def _quoted(text: str) -> Markup:
    # Unescaped line ends and tabs would become blanks in an attribute.
    marked = escape(fit(text))
    for sign in "\t\n\r":
        marked = marked.replace(sign, Markup(f"&#{ord(sign)};"))
    return marked
