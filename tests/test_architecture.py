"""The house: import contracts are kept and every stage has one word."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import expectations
import flows
import transforms
from transforms.records import Stage

ROOT = Path(__file__).parent.parent
PACKAGES = (transforms, expectations, flows)


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
