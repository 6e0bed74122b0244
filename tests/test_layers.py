"""
Who may import whom, for all of C{gigasetd}.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

ROOT = Path(__file__).parent.parent
FORBIDDEN = (
    "twisted.internet twisted.python.log twisted.logger asyncio time random secrets"
    " socket select ssl logging os sys subprocess threading sqlite3 klein wokkel"
    " prometheus_client twisted.protocols.sip twisted.enterprise twisted.application"
).split()
ALLOWED = {"gigasetd.store.interface": {"twisted.internet.defer"}}
"""A protocol may name the type that its implementations return."""


def moduleOf(path: Path) -> str:
    """
    The dotted name of a file.
    """
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


TREES = {
    moduleOf(path): ast.parse(path.read_text("utf-8"))
    for path in sorted((ROOT / "gigasetd").rglob("*.py"))
}


def layerOf(module: str) -> int | None:
    """
    The layer that the docstring's last line names.
    """
    last = (ast.get_docstring(TREES[module]) or "").rpartition("\n")[2]
    names = r"Layer ([0-4]) \((values|state|rules|I/O|assembly)\)\."
    found = re.fullmatch(names, last)
    return int(found[1]) if found else None


def imports(module: str) -> Iterator[str]:
    """
    What a module imports anywhere in it, as dotted names of modules.
    """
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                inner = whole in TREES or node.module in ("twisted", "twisted.internet")
                yield whole if inner else str(node.module)


def packageOf(module: str) -> str:
    """
    The package of C{gigasetd} that a module is in, C{""} for those beside.
    """
    return ".".join(module.split(".")[1:-1][:1])


class LayersTests(SynchronousTestCase):
    """
    The design's one promise about imports.
    """

    def faults(self, wrong: Callable[[str, str], bool]) -> list[str]:
        """
        The imports, as "from -> to", that C{wrong(module, imported)} refuses.
        """
        pairs = ((one, other) for one in TREES for other in imports(one))
        return [f"{one} -> {other}" for one, other in pairs if wrong(one, other)]

    def test_named(self) -> None:
        """
        Every module names its layer.
        """
        self.assertEqual([one for one in TREES if layerOf(one) is None], [])

    def test_nobodyImportsUpward(self) -> None:
        """
        A module stands on its own layer and those below.
        """

        def upward(one: str, other: str) -> bool:
            return other in TREES and (layerOf(one) or 0) < (layerOf(other) or 0)

        self.assertEqual(self.faults(upward), [])

    def test_lowerLayersAreSynchronous(self) -> None:
        """
        Values, state and rules touch no clock, chance, socket, log or reactor.
        """

        def impure(one: str, other: str) -> bool:
            bad = any(f"{other}.".startswith(f"{name}.") for name in FORBIDDEN)
            return bad and (layerOf(one) or 0) < 3 and other not in ALLOWED.get(one, ())

        self.assertEqual(self.faults(impure), [])

    def test_rulesStayApart(self) -> None:
        """
        Packages do not import one another's rules; they meet in the registry.
        What is inside a package belongs to it.
        """

        def foreign(one: str, other: str) -> bool:
            rules = other in TREES and layerOf(one) == layerOf(other) == 2
            # A module beside the packages, as verbs, is where subjects meet.
            joins = one.rpartition(".")[0] == "gigasetd"
            return rules and not joins and packageOf(one) != packageOf(other)

        self.assertEqual(self.faults(foreign), [])

    def test_looks(self) -> None:
        """
        The test itself sees modules, imports and layers.
        """
        self.assertEqual(layerOf("gigasetd.config.schema"), 0)
        self.assertIn("gigasetd.config.schema", set(imports("gigasetd.config.loading")))
        self.assertIn(
            "twisted.internet.defer", set(imports("gigasetd.store.interface"))
        )
