"""The import rules of docs/architecture.md, and the habits that a machine can check."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("indexer", "service")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}

# What a package may never import, directly. Longest matching prefix wins, so that a module can be given its own rule.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "indexer": ("service", "fastapi", "pydantic", "pydantic_settings", "starlette", "typer", "rich"),
    "indexer.types": ("indexer",),
    "indexer.numerals": ("indexer.structure", "indexer.citation", "indexer.storage", "indexer.embedding"),
    "indexer.sources": ("indexer.structure", "indexer.citation", "indexer.storage", "indexer.embedding", "service"),
    "indexer.structure": ("indexer.storage", "indexer.embedding", "service", "fastapi", "pydantic"),
    "indexer.citation": ("indexer.storage", "indexer.embedding", "indexer.structure", "indexer.sources", "service"),
    "indexer.embedding": ("indexer.storage", "indexer.structure", "indexer.sources", "service"),
    "indexer.storage": ("indexer.structure", "indexer.sources", "service"),
    "service.retrieval": ("service.http", "service.web", "service.cli", "service.answer", "fastapi", "pydantic"),
    "service.answer": ("service.http", "service.web", "service.cli", "fastapi", "indexer.storage", "faiss", "sqlite3"),
    "service.http": ("indexer.storage", "faiss", "sqlite3", "service.cli"),
    "service.web": ("indexer.storage", "faiss", "sqlite3", "service.cli"),
}
SERVICE_MAY_IMPORT = ("types", "errors", "numerals", "citation", "embedding", "storage", "resources")
COMMAND_LINE = ("service.cli", "service.commands")
# Slow to load, so imported inside the function that needs them first.
LOADED_LATE = ("indexer.embedding.training",)  # whole packages that are themselves imported inside a function
HEAVY = ("torch", "sentence_transformers", "transformers", "jieba", "faiss", "opencc", "bm25s", "docx", "pypdfium2")


def _imports(path: Path, *, top_level: bool = False) -> Iterator[str]:
    """The modules that a file imports; with ``top_level`` only those paid for at its own import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    deferred = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(outer, ast.If) and "TYPE_CHECKING" in ast.dump(outer.test))
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if top_level and node in deferred:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction of a dependency"
            assert node.module
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


def _within(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")


def _rule(module: str) -> tuple[str, ...]:
    prefixes = [prefix for prefix in FORBIDDEN if _within(module, prefix)]
    return FORBIDDEN[max(prefixes, key=len)] if prefixes else ()


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    own = {prefix for prefix in _rule(module) if _within(module, prefix)}
    for imported in _imports(MODULES[module]):
        broken = [prefix for prefix in _rule(module) if prefix not in own and _within(imported, prefix)]
        assert not broken, f"{module} imports {imported}"


@pytest.mark.parametrize("module", [name for name in MODULES if _within(name, "service")])
def test_service_reaches_the_indexer_through_its_front_doors(module: str) -> None:
    for imported in _imports(MODULES[module]):
        if _within(imported, "indexer") and imported != "indexer":
            part = imported.split(".")[1]
            if module.startswith(COMMAND_LINE) and part in {"pipeline", "reporting", "document_json", "questions"}:
                continue
            assert part in SERVICE_MAY_IMPORT, f"{module} imports {imported}"


def test_no_import_cycles() -> None:
    graph = {
        module: {
            imported
            for imported in _imports(path, top_level=True)
            # A package's own __init__ gathers its modules; a module that names its package would be a cycle.
            if imported in MODULES and imported != module
        }
        for module, path in MODULES.items()
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"import cycle: {' -> '.join([*trail[trail.index(module) :], module])}"
        if module not in done:
            for imported in sorted(graph[module]):
                visit(imported, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(LOADED_LATE)])
def test_heavy_libraries_are_imported_late(module: str) -> None:
    heavy = [name for name in _imports(MODULES[module], top_level=True) if name.split(".")[0] in HEAVY]
    assert not heavy, f"{module} imports {heavy} at its top level"
    late = [name for name in _imports(MODULES[module], top_level=True) if name.startswith(LOADED_LATE)]
    assert not late, f"{module} imports {late} at its top level"


@pytest.mark.parametrize("module", MODULES)
def test_modules_stay_small(module: str) -> None:
    lines = len(MODULES[module].read_text(encoding="utf-8").splitlines())
    assert lines <= 400, f"{module} has {lines} lines: find the seam"


def test_help_loads_nothing_heavy() -> None:
    script = "import sys, service.cli; print(sorted(set(sys.modules) & set(sys.argv[1:])))"
    heavy = [*HEAVY, "numpy", "fastapi", "sqlite3", "indexer.storage"]
    out = subprocess.run(
        [sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert out.strip() == "[]"
