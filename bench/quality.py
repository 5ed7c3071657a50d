"""Quality against gold that the code was not fitted to: ``make quality``.

Each part cross-validates by source and says what it skipped where its data is not there. The figures are for people; a
floor that a change may not fall under belongs to the part itself.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from rich.console import Console

SHARED = Path(__file__).parent.parent.parent / "shared"
PARTS = ("pages", "check_lines", "lines", "line_model", "line_labels", "credibility", "stories")

console = Console(highlight=False)


def main() -> None:
    """Measure all parts, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="what to measure; everything where none is named")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with data/ and tools/")
    options = parser.parse_args()
    for part in options.parts or PARTS:
        console.rule(f"[bold]{part.replace('_', ' ')}", align="left")
        importlib.import_module(f"bench.quality_{part}").main(options.shared)


if __name__ == "__main__":
    main()
