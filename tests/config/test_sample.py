"""
Tests of C{etc/gigasetd.toml} and C{etc/gigasetd.service}.
"""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.loading import loadConfig
from gigasetd.config.schema import KEYS, differences
from tests.config.case import ETC, ConfigTestCase


class SampleTests(ConfigTestCase):
    """
    The file that is shipped.
    """

    sample = (ETC / "gigasetd.toml").read_text("utf-8")
    option = re.compile(r"(?m)^#(\w+ = .*)$")

    def test_agrees(self) -> None:
        """
        Every key of the code stands in the file with its true default, and
        nothing else does.
        """
        tables = tomllib.loads(self.option.sub(r"\1", self.sample))
        told = {f"{s}.{k}": v for s, table in tables.items() for k, v in table.items()}
        true = {dotted: one.metadata["raw"] for dotted, one in KEYS.items()}
        self.assertEqual(told, true)
        self.assertEqual(list(told), list(true))

    def test_explained(self) -> None:
        """
        A sentence stands before each option.
        """
        lines = self.sample.split("\n")
        for before, line in pairwise(lines):
            if self.option.match(line):
                self.assertRegex(before, r"^# .*\.$")

    def test_bounds(self) -> None:
        """
        The bounds that the file tells are those that the code checks.
        """
        told = re.compile(r"\((\S+ to \w+)[,)].*\n#(\w+) = ")
        for section in re.split(r"(?m)^(?=\[)", self.sample)[1:]:
            table = section.partition("]")[0].removeprefix("[")
            for bounds, name in told.findall(section):
                (line,) = self.faults(f"{table}.{name} = -1")
                self.assertIn(f" {bounds}", line)

    def test_loads(self) -> None:
        """
        As it is shipped, and with every option uncommented, it changes
        nothing.
        """
        shipped = self.load(self.sample)
        self.assertEqual(differences(shipped, loadConfig(None, {})), ())
        every = self.load(self.option.sub(r"\1", self.sample))
        self.assertEqual(differences(shipped, every), ())

    def test_unit(self) -> None:
        """
        The service unit's settings are sound ones.
        """
        unit = (ETC / "gigasetd.service").read_text("utf-8").replace("%S", "/var/lib")
        pairs = re.findall(r"(?m)^Environment='?(\w+)=(.*?)'?$", unit)
        config = loadConfig(None, dict(pairs))
        self.assertEqual(config.http.listen, (Endpoint("tcp", 80),))
        self.assertEqual(config.server.state_dir, Path("/var/lib/gigasetd"))
