"""Rating sets in each public format, of our own invention: what is read, what is refused, and why."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.credibility import rating_formats, source_names
from transforms.credibility.ratings import (
    MAX_FILE_CHARACTERS,
    RatingError,
    RatingFile,
    RatingFormatError,
    RatingSource,
    parse_rating_formats,
    parse_ratings,
)

CRED1_HEADER = "domain,category,credibility_score,sources,iffy_factual\n"


def read(form: str, text: str, source: RatingSource | None = None) -> RatingFile:
    return parse_ratings(text, rating_formats()[form], source_names(), source)


def rows(form: str, text: str) -> list[tuple[str, str, str, float | None]]:
    return [(one.source, one.family, one.raw_label, one.quality_mean) for one in read(form, text).ratings]


def test_lin_2023_is_the_scale_itself() -> None:
    [rating] = read("lin2023", "domain,pc1\nharbourpost.example,0.83\n").ratings
    assert (rating.quality_mean, rating.quality_spread, rating.covers) == (0.83, 0.08, ("mbfc",))
    assert rating.rated_on == dt.date(2023, 9, 30)
    assert rating.licence
    assert rating.link


def test_mbfc_reads_both_labels_and_one_alone() -> None:
    text = (
        "source,country,factual_reporting,mbfc_credibility_rating\n"
        "harbourpost.example,usa,Mixed,Low Credibility\npier.example,usa,high,\n"
    )
    assert rows("mbfc", text) == [
        ("harbourpost.example", "mbfc", "Mixed / Low Credibility", 0.41),
        ("pier.example", "mbfc", "high", 0.80),
    ]


def test_iffy_like_csv_is_of_the_mbfc_family_under_any_usual_column_name() -> None:
    for column in ("MBFC Fact", "Factual", "iffy_factual"):
        assert rows("iffy", f"Domain,{column}\nharbourpost.example,VL\n") == [
            ("harbourpost.example", "mbfc", "VL", 0.22)
        ]


def test_cred1_gives_a_judgement_to_each_family_but_copies_to_none() -> None:
    text = CRED1_HEADER + "a.example,unreliable,0.1,1,L\nb.example,conspiracy,0.1,2,L\nc.example,fake,0.1,1,\n"
    assert rows("cred1", text) == [
        ("a.example", "mbfc", "L", 0.26),
        ("b.example", "mbfc", "L", 0.26),
        ("b.example", "opensources", "conspiracy", 0.26),
        ("c.example", "opensources", "fake", 0.25),
    ]


def test_satire_says_nothing_about_quality() -> None:
    [rating] = read("cred1", CRED1_HEADER + "pier.example,satire,0.27,1,\n").ratings
    assert (rating.quality_mean, rating.quality_spread, rating.unscored_reason) == (None, None, "satire")


def test_wikipedia_reads_codes_and_knows_platforms() -> None:
    found = read("wikipedia", '{"harbourpost.example": -2, "blogspot.com": -1}').ratings
    assert [(one.source, one.quality_mean, one.unscored_reason) for one in found] == [
        ("harbourpost.example", 0.27, None),
        ("blogspot.com", 0.49, "platform"),
    ]


def test_a_set_of_ones_own_is_its_own_family_with_its_own_spread() -> None:
    text = "domain,quality,spread\nharbourpost.example,0.7,0.1\npier.example,0.4,\n"
    found = read("own", text, RatingSource("our-desk", dt.date(2026, 1, 31), "ours", "https://harbourpost.example"))
    assert [(one.family, one.quality_mean, one.quality_spread) for one in found.ratings] == [
        ("our-desk", 0.7, 0.1),
        ("our-desk", 0.4, 0.15),
    ]
    assert {(one.rating_set, one.rated_on, one.licence) for one in found.ratings} == {
        ("our-desk", dt.date(2026, 1, 31), "ours")
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",0.5", "not a domain"),
        ("no domain at all,0.5", "not a domain"),
        ("harbourpost.example/weather,0.5", "rates a section"),
        ("harbourpost.example,1.5", "unknown label"),
        ("harbourpost.example,nan", "unknown label"),
        ("harbourpost.example,", "no label"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(row: str, reason: str) -> None:
    found = read("lin2023", f"domain,pc1\n{row}\n")
    assert found.ratings == ()
    assert [reason in refused.reason for refused in found.refused] == [True]
    assert found.refused[0].row == 1


@pytest.mark.parametrize(
    "order", [("blog.pier.example,0.2", "pier.example,0.8"), ("pier.example,0.8", "blog.pier.example,0.2")]
)
def test_the_plain_domain_goes_before_its_subdomains(order: tuple[str, str]) -> None:
    found = read("lin2023", "domain,pc1\n" + "\n".join(order) + "\n")
    assert [one.quality_mean for one in found.ratings] == [0.8]
    assert [(one.name, "another name of pier.example" in one.reason) for one in found.refused] == [
        ("blog.pier.example", True)
    ]


@pytest.mark.parametrize(
    ("form", "text", "problem"),
    [
        ("lin2023", "site,pc1\na.example,1\n", "needs a column 'domain'"),
        ("lin2023", "", "the file has none"),
        ("wikipedia", "[1]", "JSON object"),
        ("wikipedia", "{", "not JSON"),
        ("lin2023", "domain,pc1\n" + "a" * 200_000 + ",1\n", "not CSV"),
        ("lin2023", " " * (MAX_FILE_CHARACTERS + 1), "is it a rating set"),
    ],
)
def test_a_file_of_another_kind_is_refused(form: str, text: str, problem: str) -> None:
    with pytest.raises(RatingError, match=problem):
        read(form, text)


@given(st.text(max_size=300), st.sampled_from(["lin2023", "mbfc", "iffy", "cred1", "wikipedia", "own"]))
def test_any_text_is_read_or_refused(text: str, form: str) -> None:
    try:
        found = read(form, text)
    except RatingError:
        return
    assert len({(one.family, one.source) for one in found.ratings}) == len(found.ratings)


@given(st.permutations(["a.example,0.1", "b.example,0.4", "c.example,0.9", "d.example,x"]))
def test_the_order_of_rows_changes_no_rating(order: list[str]) -> None:
    found = read("lin2023", "domain,pc1\n" + "\n".join(order) + "\n")
    assert {(one.source, one.quality_mean) for one in found.ratings} == {
        ("a.example", 0.1),
        ("b.example", 0.4),
        ("c.example", 0.9),
    }


FORMAT = """
[[format]]
id = "f"
title = "t"
link = "l"
licence = "x"
shape = "csv"
domain = ["domain"]
reason = "r"
examples = [{ text = "domain,l\\na.example,good\\n", domain = "a.example", label = "good", quality = 0.9 }]
[[format.judgement]]
family = "f"
label = [["l"]]
reason = "r"
scale."good" = [0.9, 0.1]
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[format", "not valid TOML"),
        (FORMAT.replace('licence = "x"\n', ""), "missing licence"),
        (FORMAT.replace('licence = "x"', 'licence = "x"\nprice = 1'), "unknown key price"),
        (FORMAT.replace('shape = "csv"', 'shape = "xml"'), "shape must be"),
        (FORMAT.replace("[0.9, 0.1]", "[1.9, 0.1]"), "outside 0..1"),
        (FORMAT.replace('scale."good" = [0.9, 0.1]', ""), "either a scale or a number"),
        (FORMAT.replace("quality = 0.9", "quality = 0.8"), "not \\("),
    ],
)
def test_a_wrong_format_is_refused_with_the_reason(text: str, problem: str) -> None:
    assert "f" in parse_rating_formats(FORMAT, source_names())
    with pytest.raises(RatingFormatError, match=problem):
        parse_rating_formats(text, source_names())
