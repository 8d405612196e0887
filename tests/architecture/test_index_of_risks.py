"""The index of traps is true: each names tests that exist, are collected, and run in CI."""

from __future__ import annotations

import ast
import re
from collections import Counter

from helpers.paths import ROOT
from helpers.rows import TRAPS

HERE = ROOT / "tests"


def collected() -> dict[str, ast.FunctionDef]:
    """Every test function of the suite, by name, as pytest's rules find them."""
    found: dict[str, ast.FunctionDef] = {}
    for path in sorted(HERE.rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[node.name] = node
    return found


TESTS = collected()


def test_every_risk_is_held_by_tests_that_exist_and_measure() -> None:
    for risk, names in TRAPS.items():
        assert names, f"{risk}: held by nothing"
        for name in names:
            assert name in TESTS, f"{risk}: there is no {name}"
            body = ast.dump(TESTS[name])
            assert "Assert(" in body or "raises" in body, f"{risk}: {name} asserts nothing"
            marks = ast.dump(ast.Module(TESTS[name].decorator_list, []))  # type: ignore[arg-type]
            assert "'xfail'" not in marks and "'skip'" not in marks, f"{risk}: {name} does not run"


def test_no_two_tests_have_one_name() -> None:
    names = [
        node.name
        for path in HERE.rglob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [name for name, many in Counter(names).items() if many > 1] == []


def test_the_command_of_the_ci_runs_all_of_them() -> None:
    """`.ci/run` calls `make test`, and that leaves nothing out: neither a marker nor a path narrows it."""
    root = ROOT
    assert re.search(r"^make test$", (root / ".ci" / "run").read_text("utf-8"), re.M)
    [recipe] = re.findall(r"^test:.*\n((?:\t.*\n)+)", (root / "Makefile").read_text("utf-8"), re.M)
    assert "-m pytest" in recipe and '-m "' not in recipe and "-k" not in recipe and "not slow" not in recipe
    options = (root / "pyproject.toml").read_text("utf-8")
    assert 'testpaths = ["tests"]' in options and "not slow" not in re.search(r"addopts = (.*)", options)[1]  # type: ignore[index]
