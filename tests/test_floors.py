"""The floors of the core: each module imports only from its own floor and those below."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "copydesk"
FLOORS = (
    {"errors"},
    {"article"},
    {"reading"},
    {"cleaning", "exporting"},
    {"running"},
    {"hookspecs", "blame", "builtin", "provider", "rule_file", "plugins", "recipe", "preload", "editions", "testing"},
    {"console", "commands", "cli", "__main__"},
)
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}
MODULES = sorted(SOURCE.rglob("*.py"))


def part_of(module: Path) -> str:
    return module.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(module: Path) -> set[str]:
    """Dotted names that a module imports, wherever in it, for types too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_every_part_has_a_floor() -> None:
    assert {part_of(module) for module in MODULES} == {*FLOOR_OF, "__init__"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(SOURCE).as_posix())
def test_imports_go_down_only(module: Path) -> None:
    part = part_of(module)
    if part == "__init__":  # the public interface, which imports lazily
        return
    parts = {name.split(".")[1] for name in imports(module) if name.startswith("copydesk.")}
    for imported in parts - {part}:
        below = FLOOR_OF[imported] < FLOOR_OF[part]
        beside = FLOOR_OF[imported] == FLOOR_OF[part] and {part, imported} != {"cleaning", "exporting"}
        assert below or beside, f"{part} imports {imported}"


def test_no_modules_import_one_another_in_a_circle() -> None:
    names = {".".join(module.relative_to(SOURCE.parent).with_suffix("").parts): module for module in MODULES}
    graph = {
        name: {
            part for imported in imports(module) for part in (imported, imported.rpartition(".")[0]) if part in names
        }
        for name, module in names.items()
    }
    assert len(graph["copydesk.testing.checks"]) > 5
    TopologicalSorter(graph).prepare()  # raises CycleError, which names them


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(SOURCE).as_posix())
def test_the_core_imports_no_exporter_plugin(module: Path) -> None:
    assert not {name for name in imports(module) if name.startswith("copydesk_")}
