"""Documents that come twice in the input, where a run takes up one that ended early.

The first run would have recorded the second coming of a document as a duplicate of itself. To the run that takes it up
both are settled by an earlier run, and without this it would count both as unchanged and record nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transforms.records import RawDocument
from warehouse import Warehouse


class TakenUp:
    """Finds the repeats among documents that the runs taken up have settled."""

    def __init__(self, warehouse: Warehouse, inputs: Sequence[str]) -> None:
        """For a run over ``inputs`` that has begun."""
        self._warehouse = warehouse
        self._runs = warehouse.broken_runs(inputs)

    def __call__(self, documents: Sequence[RawDocument], settled: Mapping[str, str]) -> frozenset[int]:
        """Positions of the documents that were read before in this run and are recorded as repeats nowhere.

        To be called once for each document of the run, in the order of the input.
        """
        theirs = {n: one for n, one in enumerate(documents) if settled.get(one.doc_id) in self._runs}
        if not theirs:
            return frozenset()
        seen = self._warehouse.read_before({one.doc_id for one in theirs.values()})
        again = {}
        for number, document in theirs.items():
            if document.doc_id in seen:
                again[number] = document
            seen.add(document.doc_id)
        recorded = self._warehouse.recorded_repeats({one.doc_id for one in again.values()}) if again else set()
        return frozenset(
            number for number, one in again.items() if (one.doc_id, one.origin, one.origin_row) not in recorded
        )
