"""
Who may import whom, for all of C{gigasetd}.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
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
    match = re.fullmatch(names, last)
    return int(match[1]) if match else None


def nodesOf(tree: ast.AST) -> Iterator[ast.AST]:
    """
    Everything in a module but what only the type checker reads.
    """
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from nodesOf(child)


def imports(module: str) -> Iterator[str]:
    """
    What a module imports at run time, anywhere in it, as dotted names of modules.
    """
    for node in nodesOf(TREES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                inner = whole in TREES or node.module in ("twisted", "twisted.internet")
                yield whole if inner else str(node.module)


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
    The package of C{gigasetd} that a module is in, C{""} for those beside.
    """
    parts = module.split(".")
    inner = len(parts) > 2 or module not in BESIDE
    return parts[1] if inner and len(parts) > 1 else ""


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


def rebinds(node: ast.AST) -> str:
    """
    The name of a parameter or attribute that is annotated as a callable without
    arguments that returns a float, C{""} for anything else.
    """
    if isinstance(node, ast.arg) and node.annotation is not None:
        name, annotation = node.arg, ast.unparse(node.annotation)
    elif isinstance(node, ast.AnnAssign):
        name, annotation = ast.unparse(node.target), ast.unparse(node.annotation)
    else:
        return ""
    clock = re.search(r"Callable\[\[\], float\]|IReactorTime", annotation)
    return name if clock else ""


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
            if (name := rebinds(node))
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
        packages = {module for module in TREES if f"{module}." in " ".join(TREES)}
        beside = sorted(set(faults) - packages - BESIDE)
        self.promise(beside, "Put the module into the package of its subject")

    def test_site(self) -> None:
        """
        C{Site} and C{Part} are for builders only.
        """

        def leaks(module: str, other: str) -> bool:
            named = other in ("gigasetd.site.site", "gigasetd.site.part")
            return named and layerOf(module) != 4

        self.promise(
            self.pairs(leaks), "Hand the single values in; only builders see the site"
        )

    def test_siteImportsNothing(self) -> None:
        """
        What every builder imports, imports nothing of ours at run time.
        """
        faults = [
            f"{module} -> {other}"
            for module in ("gigasetd.site.site", "gigasetd.site.part")
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
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "hash"
        ]
        self.promise(faults, "Use hashlib or zlib.crc32")

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
        clock = ast.parse("def f(now: Callable[[], float]): pass")
        self.assertIn("now", [rebinds(node) for node in ast.walk(clock)])
