"""The peer: datatrove's Gopher and C4 filters over JSONL articles, run by the environment of ``make bench-peers``.

usage: datatrove_peer.py FOLDER CORES
"""

from __future__ import annotations

import sys
import tempfile

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import C4QualityFilter, GopherQualityFilter, GopherRepetitionFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter


def main() -> None:
    """Filter every article of a folder on so many cores."""
    folder, cores = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as temporary:
        LocalPipelineExecutor(
            pipeline=[
                JsonlReader(folder),
                GopherRepetitionFilter(),
                GopherQualityFilter(),
                C4QualityFilter(),
                JsonlWriter(f"{temporary}/output"),
            ],
            tasks=8,
            workers=cores,
            logging_dir=f"{temporary}/logs",
        ).run()


if __name__ == "__main__":
    main()
