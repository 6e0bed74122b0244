"""
Who may import whom, for all of C{gigasetd}, and where its tests stand.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

ROOT = Path(__file__).parent.parent
FORBIDDEN = (
    "twisted.internet twisted.python.log twisted.logger asyncio time random secrets"
    " socket select ssl logging os sys subprocess threading sqlite3 klein wokkel"
    " prometheus_client twisted.protocols.sip twisted.enterprise twisted.application"
).split()
ALLOWED = {"gigasetd.store.interface": {"twisted.internet.defer"}}
"""A protocol may name the type that its implementations return."""


BESIDE = {"gigasetd", "gigasetd.tap", "gigasetd.errors"}
"""Modules that may stand beside the packages."""

WIRING = ("gigasetd.site", "gigasetd.site.site", "gigasetd.site.part")


def moduleOf(path: Path) -> str:
    """
    The dotted name of a file.
    """
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


PATHS = {moduleOf(path): path for path in sorted((ROOT / "gigasetd").rglob("*.py"))}
TREES = {module: ast.parse(path.read_text("utf-8")) for module, path in PATHS.items()}


PACKAGES = {module for module, path in PATHS.items() if path.name == "__init__.py"}


def layerOf(module: str) -> int | None:
    """
    The layer that the docstring's last line names.
    """
    last = (ast.get_docstring(TREES[module]) or "").rpartition("\n")[2]
    names = r"Layer ([0-4]) \((values|state|rules|I/O|assembly)\)\."
    match = re.fullmatch(names, last)
    return int(match[1]) if match else None


def nodesOf(tree: ast.AST) -> Iterator[ast.AST]:
    """
    Everything in a module but what only the type checker reads.
    """
    typing = isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING"
    skipped = tree.body if isinstance(tree, ast.If) and typing else []
    for child in ast.iter_child_nodes(tree):
        if child not in skipped:
            yield child
            yield from nodesOf(child)


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """
    What these nodes import, as dotted names of modules.
    """
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                inner = whole in TREES or node.module in ("twisted", "twisted.internet")
                yield whole if inner else str(node.module)


def imports(module: str) -> Iterator[str]:
    """
    What a module imports at run time, anywhere in it, as dotted names of modules.
    """
    yield from imported(nodesOf(TREES[module]))


def outside(tree: ast.AST, name: str) -> Iterator[Any]:
    """
    Everything in a module but what is in methods of that name.
    """
    for child in ast.iter_child_nodes(tree):
        if getattr(child, "name", "") != name:
            yield child
            yield from outside(child, name)


def packageOf(module: str) -> str:
    """
    The package of C{gigasetd} that a module is in; a module beside the packages
    stands for itself, the map is C{""}.
    """
    return module.removeprefix("gigasetd").strip(".").partition(".")[0]


def cycles(graph: dict[str, set[str]]) -> list[set[str]]:
    """
    The groups of nodes that reach one another.
    """

    def reached(start: str) -> set[str]:
        seen, rest = set[str](), [start]
        while rest:
            for node in graph.get(rest.pop(), set()) - seen:
                seen.add(node)
                rest.append(node)
        return seen

    reach = {node: reached(node) for node in graph}
    groups = {
        frozenset(other for other in reach[node] if node in reach.get(other, set()))
        for node in graph
    }
    return [set(group) for group in groups if group]


DECISIONS = (ast.If, ast.IfExp, ast.While, ast.Try, ast.Match, ast.BoolOp)


def decides(module: str) -> bool:
    """
    Whether a function of a module takes one of several ways.
    """
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(
        isinstance(inner, DECISIONS) or getattr(inner, "ifs", None)
        for node in ast.walk(TREES[module])
        if isinstance(node, functions)
        for inner in ast.walk(node)
    )


def testCases(module: str) -> list[str]:
    """
    The test modules that a module's first line names.
    """
    first = PATHS[module].read_text("utf-8").partition("\n")[0]
    match = re.fullmatch(r"# -\*- test-case-name: (.+) -\*-", first)
    return match[1].split(",") if match else []


def testOf(module: str) -> str:
    """
    The test module in a module's mirrored place.
    """
    package, _, name = module.replace("gigasetd", "tests", 1).rpartition(".")
    return f"{package}.test_{name}"


def exists(test: str) -> bool:
    """
    Whether a test module is there.
    """
    return (ROOT / test.replace(".", "/")).with_suffix(".py").is_file()


CLOCKS = re.compile(r"Callable\[\[\], (float|int|date|datetime)\]|IReactorTime|Clock\b")
"""Annotations of what can be asked for the time."""

ASKED = {"clock", "monotonic", "now", "seconds", "time", "today", "utcnow"}
"""Names of functions that tell the time, called without arguments."""

WALL = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}


def clockIn(node: ast.AST) -> str:
    """
    The name of a clock that a node takes, holds or reads, C{""} for none.
    """
    if isinstance(node, ast.arg) and node.annotation is not None:
        name, clock = node.arg, CLOCKS.search(ast.unparse(node.annotation))
        return name if clock and not _draws(name) else ""
    if isinstance(node, ast.AnnAssign):
        name, annotation = ast.unparse(node.target), ast.unparse(node.annotation)
        return name if CLOCKS.search(annotation) and not _draws(name) else ""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        bare = re.fullmatch(r"(\w+\.)*(\w+)", name)
        plain = bare and not node.args and bare[2].strip("_") in ASKED
        return name if plain or name in WALL else ""
    return ""


def _draws(name: str) -> bool:
    # A function without arguments that returns a number may also draw lots.
    return name.rpartition(".")[2].strip("_") == "draw"


class LayersTests(SynchronousTestCase):
    """
    The design's promises about imports, and what to do where one is broken.
    """

    def pairs(self, wrong: Callable[[str, str], bool]) -> list[str]:
        """
        The imports, as "from -> to", that C{wrong(module, imported)} refuses.
        """
        pairs = ((module, other) for module in TREES for other in imports(module))
        return [
            f"{module} -> {other}" for module, other in pairs if wrong(module, other)
        ]

    def promise(self, faults: list[str], advice: str) -> None:
        """
        Fail with the faults and what to do about them.
        """
        self.assertEqual(faults, [], f"{advice}:\n" + "\n".join(faults))

    def test_named(self) -> None:
        """
        Every module names its layer.
        """
        self.promise(
            [module for module in TREES if layerOf(module) is None],
            "End the module's docstring with a line such as 'Layer 2 (rules).'",
        )

    def test_upward(self) -> None:
        """
        A module imports its own layer and those below.
        """

        def upward(module: str, other: str) -> bool:
            return other in TREES and (layerOf(module) or 0) < (layerOf(other) or 0)

        self.promise(
            self.pairs(upward),
            "Move the imported name to a lower layer, or hand the value in",
        )

    def test_synchronous(self) -> None:
        """
        Values, state and rules touch no clock, chance, socket, log or reactor.
        """

        def impure(module: str, other: str) -> bool:
            bad = any(f"{other}.".startswith(f"{name}.") for name in FORBIDDEN)
            low = (layerOf(module) or 0) < 3
            return bad and low and other not in ALLOWED.get(module, ())

        self.promise(
            self.pairs(impure),
            "Take the time or a fresh token as an argument, return the decision as a "
            "value, and let a module of layer 3 wait, log and open",
        )

    def test_clocks(self) -> None:
        """
        Below layer 3 time is a number that comes in, not a clock to read.
        """
        faults = [
            f"{module}:{getattr(node, 'lineno', 0)} {name}"
            for module, tree in TREES.items()
            if (layerOf(module) or 0) < 3
            for node in ast.walk(tree)
            if (name := clockIn(node))
        ]
        self.promise(faults, "Take 'now' (seconds, float) as an argument of the method")

    def test_rulesStayApart(self) -> None:
        """
        Packages do not import one another's rules; they meet in the registry.
        The operator's verbs are where subjects meet.
        """

        def foreign(module: str, other: str) -> bool:
            rules = other in TREES and layerOf(module) == layerOf(other) == 2
            joins = module.startswith("gigasetd.control.verbs.")
            return rules and not joins and packageOf(module) != packageOf(other)

        self.promise(
            self.pairs(foreign),
            "Move what is pure to layer 0, let the registry's listeners carry the "
            "change, or join both in assembly",
        )

    def test_packages(self) -> None:
        """
        Packages form no cycle.
        """
        graph = defaultdict[str, set[str]](set)
        for module in TREES:
            for other in imports(module):
                if other in TREES and packageOf(other) and packageOf(module):
                    graph[packageOf(module)].add(packageOf(other))
        for package in graph:
            graph[package].discard(package)
        faults = [
            f"{module} -> {other}"
            for group in cycles(dict(graph))
            for module in TREES
            for other in imports(module)
            if other in TREES
            and {packageOf(module), packageOf(other)} <= group
            and packageOf(module) != packageOf(other)
        ]
        self.promise(
            sorted(set(faults)),
            "These packages import one another; move the shared value to the lower one",
        )

    def test_beside(self) -> None:
        """
        Nothing stands beside the packages but the tap and the shared errors.
        """
        faults = [module for module in TREES if module.count(".") == 1]
        beside = sorted(set(faults) - PACKAGES - BESIDE)
        self.promise(beside, "Put the module into the package of its subject")

    def test_map(self) -> None:
        """
        The package's docstring is the map: one line for each package.
        """
        listed = re.findall(
            r"^- C\{(\w+)\}: ", ast.get_docstring(TREES["gigasetd"]) or "", re.M
        )
        packages = {packageOf(module) for module in PACKAGES} - {""}
        self.promise(
            sorted(packages ^ set(listed)),
            "Give each package one line in gigasetd/__init__.py",
        )

    def test_site(self) -> None:
        """
        C{Site} and C{Part} are for builders only.
        """

        faults = [
            f"{module} -> {other}"
            for module, tree in TREES.items()
            # Those for the type checker too: who can name the site, takes it.
            for other in imported(ast.walk(tree))
            if other in WIRING and layerOf(module) != 4
        ]
        self.promise(faults, "Hand the single values in; only builders see the site")

    def test_siteImportsNothing(self) -> None:
        """
        What every builder imports, imports nothing of ours at run time.
        """
        faults = [
            f"{module} -> {other}"
            for module in WIRING
            for other in imports(module)
            if other.startswith("gigasetd")
        ]
        self.promise(faults, "Import it under TYPE_CHECKING")

    def test_hash(self) -> None:
        """
        C{hash()} differs in each process, so that nothing that outlives one is
        derived from it.
        """
        faults = [
            f"{module}:{node.lineno}"
            for module, tree in TREES.items()
            for node in outside(tree, "__hash__")
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id == "hash"
        ]
        self.promise(faults, "Use hashlib or zlib.crc32")

    def test_absolute(self) -> None:
        """
        Imports name modules in full, as the other tests here read them.
        """
        faults = [
            f"{module}:{node.lineno}"
            for module, tree in TREES.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.level
        ]
        self.promise(faults, "Write the whole name: from gigasetd.package import ...")

    def test_testCases(self) -> None:
        """
        Every module names the tests that hold it, its own where it has some.
        """
        faults = []
        for module in TREES.keys() - PACKAGES:
            named = testCases(module)
            own = exists(testOf(module)) and testOf(module) not in named
            if own or not named or not all(map(exists, named)):
                faults.append(f"{module} names {', '.join(named) or 'none'}")
        self.promise(
            sorted(faults),
            "Begin the module with '# -*- test-case-name: tests.package.test_name -*-',"
            " the test in its mirrored place where there is one",
        )

    def test_mirrored(self) -> None:
        """
        What decides has tests in the mirrored place.
        """
        faults = [
            f"{module}: no {testOf(module)}"
            for module in TREES.keys() - PACKAGES
            if (layerOf(module) or 0) < 3 or module.startswith("gigasetd.web.")
            if layerOf(module) != 4 and decides(module) and not exists(testOf(module))
        ]
        self.promise(sorted(faults), "Write the test, or move the decision")

    def test_looks(self) -> None:
        """
        The test itself sees modules, imports, layers and cycles.
        """
        self.assertEqual(layerOf("gigasetd.config.schema"), 0)
        loading = set(imports("gigasetd.config.loading"))
        self.assertIn("gigasetd.config.schema", loading)
        self.assertNotIn("gigasetd.store.service", set(imports("gigasetd.site.site")))
        ring = {"a": {"b"}, "b": {"c"}, "c": {"b"}}
        self.assertEqual(cycles(ring), [{"b", "c"}])
        for text in (
            "def f(now: Callable[[], float]): pass",
            "x = self._now()",
            "x = datetime.now(UTC)",
        ):
            clocks = {clockIn(node) for node in ast.walk(ast.parse(text))}
            self.assertNotEqual(clocks, {""}, text)
        guarded = "if TYPE_CHECKING:\n  import a\nelse:\n  import b"
        self.assertEqual(list(imported(nodesOf(ast.parse(guarded)))), ["b"])
