"""
Tests of L{gigasetd.info.plugins}, with the examples of the documentation.
"""

from __future__ import annotations

import re
from pathlib import Path

from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.plugins import readPlugins
from tests.info.case import NOON, InfoCase
from tests.info.checker import check, links, text

DOCUMENT = Path(__file__).parents[2] / "docs" / "information.md"
HEATING = {
    "rooms": [{"name": "Bad <b>", "degrees": 21.5}, {"name": "Küche", "degrees": 19}],
    "fault": "",
}


def example(kind: str) -> str:
    """
    A block of the documentation.
    """
    found = re.search(rf"```{kind}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    assert found
    return found[1]


class PluginTests(InfoCase):
    """
    The operator's own pages.
    """

    def setUp(self) -> None:
        """
        A directory for them.
        """
        super().setUp()
        self.directory = Path(self.mktemp())
        self.directory.mkdir()
        self.counts: dict[str, int] = {}

    def write(self, name: str, words: str) -> None:
        """
        One file.
        """
        (self.directory / name).write_text(words, "utf-8")

    def read(self) -> None:
        """
        Start with what is there.
        """
        taken = [one.id for one in self.pages.all]
        self.plugins = tuple(readPlugins(self.directory, taken, self.counts))
        self.pages = self.build()

    def test_none(self) -> None:
        """
        The directory need not exist.
        """
        self.directory.rmdir()
        self.read()
        self.assertEqual(self.plugins, ())

    def test_documentedTemplate(self) -> None:
        """
        The template of the documentation: in the menu by its name, on its page
        what the document says, and two lines of it on the idle display.
        """
        self.write("heating.toml", example("toml"))
        self.write("heating.j2", example("jinja"))
        self.read()
        self.assertIn("Heizung", self.shown("menu"))
        self.assertIn("Moment", self.shown("heating"))
        self.sources.said["json"] = CachedValue(HEATING, NOON - 60, "")
        shown = self.shown("heating")
        for words in ("Bad <b>", "21.5 °C", "Küche"):
            self.assertIn(words, shown)
        self.assertIn("weather", self.links("heating"))
        self.assertNotIn("Heating", self.shown("menu", ""))
        self.fetch("menu")
        self.registry.put(self.profile._replace(ticker="heating"))
        self.assertIn("21.5 °C", self.shown("request.do"))
        self.assertEqual(self.sources.asked[-1][0], "json")

    def test_documentedPython(self) -> None:
        """
        The Python file of the documentation.
        """
        self.write("dice.py", example("python"))
        self.read()
        self.assertIn("Würfel", self.shown("menu"))
        self.assertIn("You threw 1.", self.shown("dice"))

    def test_oldNames(self) -> None:
        """
        A plugin that was written for 0.1 still works.
        """
        self.write(
            "old.py",
            "from gigasetd.info.page.page import Info, Text\n"
            "from gigasetd.info.services.interface import Asker, Service\n"
            "class Old(Service):\n    id = 'old'\n"
            "    def title(self, words): return 'Old'\n"
            "    def page(self, asker: Asker):\n"
            "        return Info('Old', [Text(asker.told.get('x', '-'))])\n"
            "service = Old()\n",
        )
        self.read()
        self.assertIn("seven", self.shown("old", x="seven"))
        self.assertEqual(self.counts["plugin_faults"], 0)

    def test_leftOut(self) -> None:
        """
        What is at fault is told to the operator and left out, and the others
        are there.
        """
        self.write("dice.py", example("python"))
        for name, words in {
            "broken.py": "def",
            "empty.py": "",
            "other.py": example("python"),
            "ends.py": "raise SystemError('secret')",
            "weather.j2": "x",
            "menu.j2": "x",
            "Bad-Name.j2": "x",
            "jinja.j2": "{% for %}",
            "told.j2": "x",
            "told.toml": "colour = 1",
            "who.j2": "x",
            "who.toml": "audience = 'me'",
            "typed.j2": "x",
            "typed.toml": "url = 1",
            "large.j2": "x" * 70000,
            "notes.txt": "x",
        }.items():
            self.write(name, words)
        self.read()
        self.assertEqual([one.id for one in self.plugins], ["dice"])
        self.assertEqual(self.counts["plugin_faults"], 12)

    def test_shared(self) -> None:
        """
        A Python file that other users may change is not run.
        """
        ran = self.directory / "ran"
        self.write("shared.py", f"open({str(ran)!r}, 'w')")
        file = self.directory / "shared.py"
        for folderMode, fileMode in ((0o777, 0o644), (0o755, 0o666), (0o1777, 0o644)):
            self.directory.chmod(folderMode)
            file.chmod(fileMode)
            self.read()
            self.assertFalse(ran.exists())
        self.directory.chmod(0o755)
        file.chmod(0o644)
        self.read()
        self.assertTrue(ran.exists())

    def test_fails(self) -> None:
        """
        A page that fails says so; the menu, the idle display and all else go
        on.
        """
        self.write("bad.j2", "{{ data.x.y }}")
        self.write("bad.toml", "ticker = true")
        form = "Form('x', 'worse', 'OK', Ticks([Tick('mac', 'x')]))"
        self.write(
            "worse.py",
            "from gigasetd.info.page.page import *\n"
            "from gigasetd.info.page.field import *\n"
            "from gigasetd.info.services.interface import Service\n"
            "class Worse(Service):\n    id = 'worse'\n    ticks = True\n"
            "    def title(self, words): 1 / 0\n"
            f"    def page(self, asker): return {form}\n"
            "    def lines(self, asker): return 1\n"
            "service = Worse()\n",
        )
        self.read()
        self.assertIn("worse", self.shown("menu"))
        for name in ("bad", "worse"):
            self.assertIn("nicht verfügbar", self.shown(name))
        self.registry.put(self.profile._replace(ticker="bad worse"))
        self.assertIn("Zoë", self.shown("request.do"))
        self.assertGreater(len(self.flushLoggedErrors()), 4)

    def test_hostile(self) -> None:
        """
        A document cannot break the page, lead elsewhere, or run anything.
        """
        self.write("x.toml", "url = 'https://x/?at={latitude},{language}'")
        self.write("x.j2", "{{ data }}\n@page {{ data }} x\n{{ data | length }}")
        self.read()
        for said in (
            '"><script>',
            "javascript:alert(1)",
            "{{ 7 * 7 }}",
            "@call 1 x\n@call 1 x",
        ):
            self.sources.said["json"] = CachedValue(said, NOON, "")
            body = check(self.fetch("x"))
            self.assertNotIn("49", text(body))
            self.assertEqual([one for one in links(body) if ":" in one], [], said)
        self.assertEqual(self.sources.asked[-1], ("json", "https://x/?at=52.52,de"))
