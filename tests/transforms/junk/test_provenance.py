"""Provenance: what each kind of line says, and that metadata goes first."""

import pytest

from tests.builders import agencies, make_extracted, strip_tools
from transforms.junk.provenance import MAX_PEOPLE, Reading, read_provenance
from transforms.records import Provenance, StrippedDocument
from transforms.strip import strip

BODY = "The council met in Kotka on Friday and left the tolls as they are."


def read(line: str) -> set[tuple[str, str]]:
    result = strip(make_extracted(text=f"{line}\n{BODY}"), strip_tools())
    assert isinstance(result, StrippedDocument)
    assert result.text == BODY, line
    assert all(
        (fact.line, fact.line_number, fact.read_from) == (line, 1, "stripped_line") for fact in result.provenance
    )
    return {(fact.kind, fact.value) for fact in result.provenance}


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("© Harbour Post", {("publisher", "Harbour Post")}),
        ("© Harbour Post 2025", {("publisher", "Harbour Post"), ("copyright_year", "2025")}),
        ("© 2025 नदी समाचार। सर्वाधिकार सुरक्षित।", {("publisher", "नदी समाचार"), ("copyright_year", "2025")}),
        ("© Studio 54", {("publisher", "Studio 54")}),
        ("© 2021 Harbour Post. All rights reserved.", {("publisher", "Harbour Post"), ("copyright_year", "2021")}),
        ("Copyright 2019 Delta News, Inc.", {("publisher", "Delta News, Inc"), ("copyright_year", "2019")}),
        (
            "© Copyright 2019 The Associated Press. All rights reserved. This may not be published.",
            {("agency", "Associated Press"), ("copyright_year", "2019")},
        ),
        ("A ferry at the pier in March. REUTERS/Jon Field/File Photo", {("photo_credit", "REUTERS/Jon Field")}),
        ("(Ana Reyes/AFP via Getty Images)", {("photo_credit", "AFP via Getty Images/Ana Reyes")}),
        ("Getty Images", {("photo_credit", "Getty Images")}),
        ("AP Photo", {("photo_credit", "AP")}),
        ("Photo by Ana Reyes", {("photo_credit", "Ana Reyes")}),
        ("By Ana Reyes and Jon Field, Harbour Post", {("byline", "Ana Reyes"), ("byline", "Jon Field")}),
        ("By Ana Reyes and Agence France-Presse", {("byline", "Ana Reyes"), ("agency", "Agence France-Presse")}),
        ("By The Associated Press", {("agency", "Associated Press")}),
        (
            "The Associated Press contributed to this report.",
            {("contributor", "The Associated Press")},
        ),
        (
            "Reporting by Ana Reyes in Lima; Editing by Jon Field",
            {("contributor", "Ana Reyes in Lima"), ("contributor", "Jon Field")},
        ),
        ("Additional reporting by Ana Reyes", {("contributor", "Ana Reyes")}),
        (
            "Correction: An earlier version misspelt the captain's name.",
            {("correction", "Correction: An earlier version misspelt the captain's name.")},
        ),
        ("READ ALSO: Tolls to rise", {("related_link", "Tolls to rise")}),
        ("Advertisement", set()),
    ],
)
def test_what_a_line_says(line: str, facts: set[tuple[str, str]]) -> None:
    assert read(line) == facts


def test_inline_credits_are_read_with_their_whole_line() -> None:
    line = "Rain fell (AP Photo/Liisa Aalto) all day."
    result = strip(make_extracted(text=f"{BODY}\n\n{line}"), strip_tools())
    assert isinstance(result, StrippedDocument)
    assert result.provenance == (
        Provenance(result.document.doc_id, "photo_credit", "AP/Liisa Aalto", "stripped_line", 3, line),
    )


def test_metadata_goes_first_and_each_fact_stands_once() -> None:
    document = make_extracted(site_name=" Harbour  Post ", authors=("Ana Reyes", "Jon Field"))
    readings = [
        Reading("copyright", (("publisher", "Harbour Post"), ("year", "2021")), 9, "© 2021 Harbour Post"),
        Reading("byline", (("byline", "Ana Reyes"),), 2, "By Ana Reyes"),
    ]
    facts = read_provenance(document, readings, agencies())
    assert [(fact.kind, fact.value, fact.read_from, fact.line_number) for fact in facts] == [
        ("publisher", "Harbour Post", "page", None),
        ("byline", "Ana Reyes", "page", None),
        ("byline", "Jon Field", "page", None),
        ("copyright_year", "2021", "stripped_line", 9),
    ]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ana Reyes, Jon Field and Liisa Aalto", ["Ana Reyes", "Jon Field", "Liisa Aalto"]),
        ("Ana Reyes, Staff Writer", ["Ana Reyes"]),
        ("Ana Reyes with Jon Field", ["Ana Reyes", "Jon Field"]),
        ("Ana Reyes & Jon Field", ["Ana Reyes", "Jon Field"]),
        ("Staff", []),
        (" , and ", []),
        (", ".join(f"Ana{chr(97 + number)} Reyes" for number in range(26)), None),
    ],
)
def test_a_byline_names_people(byline: str, names: list[str] | None) -> None:
    facts = read_provenance(make_extracted(), [Reading("byline", (("byline", byline),), 1, byline)], agencies())
    values = [fact.value for fact in facts]
    assert len(values) == MAX_PEOPLE if names is None else values == names


def test_an_unknown_agency_keeps_its_own_name() -> None:
    readings = [Reading("byline", (("agency", "Example Wire"),), 1, "(Example Wire)")]
    assert [fact.value for fact in read_provenance(make_extracted(), readings, agencies())] == ["Example Wire"]


def test_values_are_bounded_and_never_empty() -> None:
    readings = [
        Reading("correction", (("correction", "x" * 5000),), 1, "x" * 5000),
        Reading("caption", (("photographer", " - "),), 2, "-"),
        Reading("copyright", (("publisher", "--"),), 3, "--"),
    ]
    facts = read_provenance(make_extracted(site_name=" ", authors=("-",)), readings, agencies())
    assert [len(fact.value) for fact in facts] == [400]
