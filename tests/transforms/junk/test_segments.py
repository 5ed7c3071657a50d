"""Where a line is divided, and what of it may be junk."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_extracted, rulebook, strip_tools
from transforms.junk.rules import RULE_KINDS
from transforms.junk.segments import KINDS_AT, segments_of
from transforms.records import StrippedDocument
from transforms.strip import strip

PROSE = "Opponents will go to court over the route on Saturday."


def cuts(line: str) -> list[str]:
    """What the rules cut out of a line of article text."""
    document = make_extracted(text=f"{PROSE}\n{line}\n{PROSE}")
    result = strip(document, strip_tools(rulebook()))
    assert isinstance(result, StrippedDocument)
    return [cut.text.strip() for cut in result.cuts]


@pytest.mark.parametrize(
    "junk",
    [
        "Copyright 2024 Harbour Post. All rights reserved.",
        "© 2024 Harbour Post",
        "Download our free app for breaking alerts.",
        "Sign up for our newsletter and get it in your inbox.",
        "Reporting by Ana Reyes; editing by Jon Field",
        "With inputs from PTI",
        "-ANI",
        "👉 READ ALSO: How the harbour got its name",
        "| Share this article",
        "• Advertisement",
        "Lesen Sie auch: Fährgebühren steigen",
        "(READ ALSO – How the harbour got its name)",
        "The opinions expressed here are those of the author.",
    ],
)
def test_junk_run_on_behind_a_paragraph_goes(junk: str) -> None:
    assert " ".join(cuts(f"{PROSE} {junk}")) in (junk, junk.rstrip("."))


@pytest.mark.parametrize(
    "junk", ["Share this article", "Enlarge Image", "WATCH: Mayor speaks about the bridge", "Ad Policy"]
)
def test_a_remnant_behind_a_paragraph_goes_where_it_has_no_full_stop(junk: str) -> None:
    paragraph = f"The council voted on the route late at night. {PROSE}"
    assert cuts(f"{paragraph} {junk}") == [junk]
    assert cuts(f"{paragraph} {junk}, the mayor said.") == []


@pytest.mark.parametrize(
    "junk", ["Advertisement", "Story highlights", "Play Video", "0:00 / 3:12", "Enlarge this image"]
)
def test_a_marker_that_runs_on_into_a_paragraph_goes(junk: str) -> None:
    assert cuts(f"{junk} {PROSE}") == [junk]


@pytest.mark.parametrize(
    "junk", ["Sign up for our newsletter here.", "Advertisement |", "Subscribe now to read it all.", "© Harbour Post |"]
)
def test_junk_before_a_paragraph_goes(junk: str) -> None:
    assert cuts(f"{junk} {PROSE}") == [junk]


def test_junk_in_brackets_goes_wherever_it_stands() -> None:
    assert cuts("Opponents will go to court [READ ALSO: Ferry fares rise] over the route.") == [
        "[READ ALSO: Ferry fares rise]"
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"{PROSE} “Read more. Follow us. Share this article.” Nobody did.",
        f"{PROSE} Nobody shared this article of faith.",
        f"{PROSE} (see below)",
        f"{PROSE} Live music ended the evening.",
        f"{PROSE} — Ana Reyes",
        "He told U.S. Sen. Copyright to sit down, which nobody else had dared to do.",
        "The council (and its newsletter) failed, and the council of elders (copy) did as well.",
    ],
)
def test_article_text_that_looks_alike_stays(line: str) -> None:
    assert cuts(line) == []


def test_every_kind_of_a_segment_is_a_rules_kind() -> None:
    assert set().union(*KINDS_AT.values()) <= set(RULE_KINDS)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["Boats left", ". ", "! ", " | ", " (", ") ", "“", "”", "U.S. ", "。", "a" * 30]), max_size=60
    )
)
def test_segments_lie_within_their_line_and_are_bounded(parts: list[str]) -> None:
    line = "".join(parts)
    found = list(segments_of(line))
    assert len(found) <= 15
    for one in found:
        assert 0 <= one.start <= one.inner[0] <= one.inner[1] <= one.end <= len(line)
        assert one.inner != (0, len(line))
