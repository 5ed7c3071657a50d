"""The flow picture: every document is in it, and every band can be seen."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from flows.report.stream import THIN, TOP, stream_of
from tests.flows.report.test_usual import make_run
from warehouse.reporting import QuarantineExample

counts = st.integers(min_value=0, max_value=10**7)


def sent_back(reason: str, documents: int) -> QuarantineExample:
    return QuarantineExample("extract", reason, documents, 0, 0, "d", None, None, "inbox/a.txt", None, "")


def test_nothing_read_has_no_picture() -> None:
    assert stream_of(make_run(read=0), []) is None


def test_reasons_beyond_the_first_are_put_together() -> None:
    reasons = [sent_back(f"reason {number}", 10 - number) for number in range(7)]
    picture = stream_of(make_run(read=100, loaded=51, quarantined=49, duplicates=0, unchanged=0), reasons)
    assert picture is not None
    named = {bar.name: bar.number for bar in picture.bars}
    assert named["reason 0"] == 10
    assert named["other reasons"] == 49 - (10 + 9 + 8 + 7)
    assert "reason 6" not in named


@given(st.tuples(counts, counts, counts, counts), st.integers(min_value=0, max_value=10**7))
def test_every_end_has_a_bar_that_can_be_seen_and_none_overlap(ends: tuple[int, int, int, int], new: int) -> None:
    loaded, quarantined, duplicates, unchanged = ends
    run = make_run(
        read=sum(ends), loaded=loaded, quarantined=quarantined, duplicates=duplicates, unchanged=unchanged,
        revised=min(new, loaded),
    )  # fmt: skip
    picture = stream_of(run, [sent_back("empty", quarantined)] if quarantined else [])
    if picture is None:
        assert sum(ends) == 0
        return
    columns: dict[float, list[tuple[float, float, int]]] = {}
    for bar in picture.bars:
        columns.setdefault(bar.x, []).append((bar.y, bar.y + bar.height, bar.number))
        assert bar.height >= THIN
    for bars in columns.values():
        assert all(below >= above for (_, above, _), (below, _, _) in itertools.pairwise(bars))
        assert bars[0][0] >= TOP
        assert bars[-1][1] <= picture.height
    assert sum(number for _, _, number in sorted(columns.items())[1][1]) == run.read
    assert len(picture.bands) == len(picture.bars) - 1
