"""Loads batches without end, one line before every statement, until it is killed; run by ``test_kill.py``."""

import itertools
import sys
from pathlib import Path
from typing import Any

from tests.warehouse.loads import NOW, copy_of, load, numbered, rejected
from warehouse import Warehouse
from warehouse.connection import Connection

ARTICLES_IN_A_BATCH = 40


def announcing(self: Connection, sql: str, parameters: Any = None, *, execute: Any = Connection.execute) -> int:
    print("statement", flush=True)
    return int(execute(self, sql, parameters))


def main(path: Path, published: Path, run_id: str) -> None:
    Connection.execute = announcing  # type: ignore[method-assign]
    with Warehouse.open(path) as warehouse:
        warehouse.begin_run(run_id, ["inbox"], "r1", NOW)
        for number in itertools.count(1):
            first = number * ARTICLES_IN_A_BATCH
            articles = [numbered(each) for each in range(first, first + ARTICLES_IN_A_BATCH)]
            changed = [numbered(each, title=f"Changed {number}") for each in range(first - 30, first - 20)]
            load(
                warehouse,
                [*articles, *changed],
                number,
                run_id=run_id,
                quarantined=[rejected(number)],
                duplicates=[copy_of(articles[0])],
            )
            if number % 3 == 0:
                warehouse.publish(published)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
