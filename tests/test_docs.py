"""
Tests that the documentation names commands, options and files that exist.

Layer 4 (assembly).
"""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.cli.parser import commandLine
from gigasetd.config.schema import KEYS
from gigasetd.config.sections.dns import VENDOR

ROOT = Path(__file__).resolve().parent.parent
TOP = [ROOT / f"{name}.md" for name in ("README", "CHANGES", "SECURITY")]
PAGES = [*TOP, *sorted(ROOT.glob("docs/*.md"))]
SECTIONS = "|".join(sorted({key.partition(".")[0] for key in KEYS}))
HOSTS = {"info.gigaset", "sip.gigaset", "stun.gigaset", "sip.home"}
"""Host names whose first label is also a section of the configuration."""


def commands(parser: ArgumentParser, *words: str) -> Iterator[tuple[str, ...]]:
    """
    List the commands below a parser, as tuples of words.
    """
    yield words
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for word, below in action.choices.items():
                yield from commands(below, *words, word)


class DocumentationTests(SynchronousTestCase):
    """
    An operator can type what the documentation says.
    """

    def test_options(self) -> None:
        """
        Each option of the configuration that a page names exists.
        """
        named = re.compile(
            rf"(?<![\w.@/-])({SECTIONS})\.(?!md)([a-z]\w*)(?![\w.@-]*[@/])"
        )
        for page in PAGES:
            for section, key in named.findall(page.read_text("utf-8")):
                if f"{section}.{key}" not in {*KEYS, *HOSTS}:
                    self.fail(f"{page.name}: there is no option {section}.{key}")

    def test_commands(self) -> None:
        """
        Each command of gigasetctl that a page names exists.
        """
        known = set(commands(commandLine()))
        typed = re.compile(r"gigasetctl((?: [a-z][a-z-]*)+)")
        for page in PAGES:
            for text in typed.findall(page.read_text("utf-8")):
                words = tuple(text.split())
                # The name of a group alone is fine; what follows it must be in it.
                verb = max((words[:n] for n in range(4) if words[:n] in known), key=len)
                group = any(verb == other[:-1] for other in known)
                if group and verb != words:
                    self.fail(f"{page.name}: there is no command gigasetctl{text}")

    def test_vendorNames(self) -> None:
        """
        The pages that show how to override DNS name each name that C{check dns}
        tests, and stop AAAA queries from being forwarded.
        """
        for name in ("README.md", "docs/dns.md"):
            text = (ROOT / name).read_text("utf-8")
            words = set(re.findall(r"[\w.-]+", text))
            self.assertEqual(sorted(set(VENDOR) - words), [], name)
            for domain in ("gigaset.net", "gigaset-config.com"):
                self.assertIn(f"address=/{domain}/", text, name)
                self.assertIn(f"local=/{domain}/", text, name)

    def test_links(self) -> None:
        """
        Each file that a page links to exists.
        """
        for page in PAGES:
            for link in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
                if "://" not in link and not (page.parent / link).exists():
                    self.fail(f"{page.name}: there is no file {link}")

    def test_version(self) -> None:
        """
        The first section of the changes is about this version.
        """
        setup = ConfigParser()
        setup.read(ROOT / "setup.cfg")
        first = re.search(r"(?m)^## (\S+)", (ROOT / "CHANGES.md").read_text("utf-8"))
        assert first is not None
        self.assertEqual(first[1], setup["metadata"]["version"])
