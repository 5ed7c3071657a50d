"""The two reports of one event that the project was created from; they are not part of the repository."""

from pathlib import Path

import pytest

from flows.pipeline import Processed, process
from flows.reading import Reader, ReadOptions
from tests.shortcuts import bundled_tools
from transforms.records import RawDocument
from transforms.strip import restore

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="skipped: no data in ../shared/data/seeds")


@pytest.fixture(scope="module")
def seeds() -> list[tuple[str, Processed]]:
    tools = bundled_tools()
    made = []
    for item in Reader([str(SEEDS)], ReadOptions()):
        assert isinstance(item, RawDocument)
        processed = process(item, tools)
        assert isinstance(processed, Processed)
        made.append((item.content.decode(), processed))
    return made


def said(processed: Processed) -> set[tuple[str, str]]:
    return {(item.kind, item.value) for item in processed.provenance}


def test_nothing_is_lost_character_for_character(seeds: list[tuple[str, Processed]]) -> None:
    for raw, processed in seeds:
        assert restore(processed.article.text, processed.cuts) == raw.strip()


def test_headline_copyright_and_caption_are_set_apart(seeds: list[tuple[str, Processed]]) -> None:
    raw, first = seeds[0]
    assert first.article.title == raw.splitlines()[0]
    assert [cut.text.strip()[:12] for cut in first.cuts] == ["South Korea ", "A TV screen ", "© Euronews"]
    assert {("publisher", "Euronews"), ("photo_credit", "AP/Ahn Young-joon")} <= said(first)
    assert first.article.publisher == "Euronews"


def test_the_related_link_goes_and_the_sub_heading_stays(seeds: list[tuple[str, Processed]]) -> None:
    _, second = seeds[1]
    assert [cut.text.strip()[:10] for cut in second.cuts] == ["READ ALSO:"]
    assert [kind for kind, _ in said(second)] == ["related_link"]
    assert "\nKim Yo Jong Issues Threat Of Retaliation\n" in second.article.text
