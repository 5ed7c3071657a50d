"""What statements about the use of a text permit; and that nothing is guessed."""

import pytest

from tests.builders import data_file
from transforms.page.rights import (
    Rights,
    Statement,
    header_statements,
    is_whole_site,
    judge,
    page_statements,
    parse_rights_rules,
    parse_site_robots,
    parse_tdmrep,
    statement_of,
    tdm_statements,
)

RULES = parse_rights_rules(
    data_file("rights.toml").read_text("utf-8"), data_file("ai_crawlers.toml").read_text("utf-8")
)
URL = "https://harbourpost.example/2024/05/bridge?page=2"
CC = "https://creativecommons.org/"


def permitted(*statements: Statement) -> tuple[bool | None, bool | None]:
    rights = judge(statements, RULES)
    return rights.permits_ai_training, rights.permits_research


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("tdm-reservation", "1", (False, False)),
        ("tdm-reservation", "0", (True, True)),
        ("robots", "index, NOAI, follow", (False, None)),
        ("content-signal", "search=yes, ai-train=no", (False, None)),
        ("content-signal", "ai-train=yes", (True, None)),
        ("disallow", "GPTBot", (False, None)),
        ("license", f"{CC}licenses/by/4.0/", (True, True)),
        ("license", "http://www.CreativeCommons.org/publicdomain/zero/1.0/", (True, True)),
        ("license", f"{CC}licenses/by-sa/4.0/", (None, True)),
        ("license", f"{CC}licenses/by-nc/4.0/", (None, True)),
        ("license", f"{CC}licenses/by-nd/4.0/", (None, None)),
        ("license", "https://harbourpost.example/terms", (None, None)),
        ("tdm-policy", "https://harbourpost.example/policy.json", (None, None)),
        ("tdm-reservation", "maybe", (None, None)),
        ("robots", "noindex, noaim", (None, None)),
    ],
)
def test_what_a_statement_permits(name: str, value: str, answer: tuple[bool | None, bool | None]) -> None:
    assert permitted(Statement("meta", name, value)) == answer


def test_one_that_declines_goes_before_any_that_permits() -> None:
    free, closed = Statement("link", "license", f"{CC}licenses/by/4.0/"), Statement("meta", "robots", "noai")
    assert permitted(free, closed) == permitted(closed, free) == (False, True)
    assert judge((), RULES) == Rights()


def test_statements_of_a_page_and_its_headers_are_kept_as_they_stand() -> None:
    meta = {"robots": ["noai"], "viewport": ["wide"], "tdm-policy": ["https://a.example/p"]}
    said = judge(page_statements(meta, [("json-ld", "https://a.example/terms")], RULES), RULES).statements
    assert {str(each) for each in said} == {
        "meta robots: noai",
        "meta tdm-policy: https://a.example/p",
        "json-ld license: https://a.example/terms",
    }
    headers = [("X-Robots-Tag", "noai,  noindex"), ("TDM-Reservation", "1"), ("Server", "x"), ("x-robots-tag", "all")]
    assert list(map(str, header_statements(headers, RULES))) == [
        "header robots: noai, noindex",
        "header tdm-reservation: 1",
    ]
    assert [statement_of(str(each)) for each in said] == list(said)
    assert statement_of("nothing") is None


ROBOTS = b"""
User-agent: GPTBot
User-agent: CCBot # the archive
Disallow: /

User-agent: PerplexityBot
Disallow: /

User-agent: ClaudeBot
Disallow: /private/

User-agent: *
Content-Signal: search=yes, ai-train=no
Disallow: /admin/
"""


def test_a_robots_txt_shuts_out_the_training_crawlers_that_it_names() -> None:
    robots = parse_site_robots(ROBOTS, RULES)
    assert robots.named == ("GPTBot", "CCBot", "ClaudeBot", "PerplexityBot")
    assert list(map(str, robots.statements(URL, RULES))) == [
        "robots.txt disallow: GPTBot, CCBot",
        "robots.txt content-signal: search=yes, ai-train=no",
    ]
    private = robots.statements("https://harbourpost.example/private/a", RULES)
    assert str(next(private)) == "robots.txt disallow: GPTBot, CCBot, ClaudeBot"


def test_rules_for_every_crawler_say_nothing_about_ai() -> None:
    robots = parse_site_robots(b"User-agent: *\nDisallow: /\n", RULES)
    assert list(robots.statements(URL, RULES)) == []


def test_a_content_signal_for_one_crawler_is_not_for_all() -> None:
    assert parse_site_robots(b"User-agent: Bingbot\nContent-Signal: ai-train=no\n", RULES).signals == ()


@pytest.mark.parametrize(
    ("location", "reserved"),
    [("/", True), ("/2024/*", True), ("*/bridge", True), ("/2024/05/bridge$", False), ("/2023/", False), ("", False)],
)
def test_the_rules_of_a_tdmrep_json_are_for_their_addresses(location: str, reserved: bool) -> None:
    rules = parse_tdmrep(b'[{"location": "%s", "tdm-reservation": 1}, 7, {"location": 3}]' % location.encode())
    assert (permitted(*tdm_statements(rules, URL)) == (False, False)) is reserved


def test_where_rules_differ_the_reservation_wins() -> None:
    said = b'[{"location": "/", "tdm-reservation": 0}, {"location": "/2024/", "tdm-reservation": 1, "tdm-policy": "p"}]'
    rules = parse_tdmrep(said)
    assert permitted(*tdm_statements(rules, URL)) == (False, False)
    assert permitted(*tdm_statements(rules, "https://harbourpost.example/a")) == (True, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b"\xff\xfe", b'[{"tdm-reservation": 1}]'])
def test_what_is_no_tdmrep_json_says_nothing(content: bytes) -> None:
    assert parse_tdmrep(content) == ()


def test_a_rule_for_the_whole_site() -> None:
    assert [is_whole_site(location) for location in ("/", "*", "/*", "/news", "/news/*")] == [True] * 3 + [False] * 2
