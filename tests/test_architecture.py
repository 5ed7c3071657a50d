"""The house: import contracts are kept and every stage has one word."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import expectations
import flows
import transforms
import warehouse
from transforms.errors import CopydeskError
from transforms.records import Stage

ROOT = Path(__file__).parent.parent
PACKAGES = (transforms, expectations, warehouse, flows)
SIGNALS = {"Failed", "PutOff", "Known", "ShardLost", "StreamFault", "TookTooLong", "WorkerDied", "_EnoughRead"}
"""Exceptions that never leave their package: they become a rejection, a retry or the end of a loop."""


def test_the_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout


def test_every_pure_stage_is_a_module_with_a_function_of_its_name() -> None:
    from transforms import describe, extract, fingerprint, strip

    for module in (extract, strip, describe, fingerprint):
        word = module.__name__.rpartition(".")[2]
        assert word in get_args(Stage)
        assert callable(getattr(module, word))


def test_every_module_says_what_it_is_for() -> None:
    for path in sorted(ROOT.glob("*/**/*.py")):
        if path.relative_to(ROOT).parts[0] in {"flows", "transforms", "expectations", "warehouse", "bench", "tests"}:
            assert path.read_text(encoding="utf-8").lstrip().startswith(('"""', "'''")), path


def _exceptions_of_ours() -> set[type[BaseException]]:
    """Every exception class that a module of the packages defines."""
    names = [
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not module.name.endswith("__main__")
    ]
    found = {one for name in names for _, one in inspect.getmembers(importlib.import_module(name), inspect.isclass)}
    return {one for one in found if issubclass(one, BaseException) and one.__module__ in names}


def test_every_error_of_ours_has_an_exit_code() -> None:
    errors = _exceptions_of_ours()
    assert len(errors) > 30
    without = {error.__name__ for error in errors if not issubclass(error, CopydeskError)}
    assert without == SIGNALS
